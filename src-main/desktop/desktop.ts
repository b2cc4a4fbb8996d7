import { join } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { asProblem } from '@contract/errors'
import { graphicsPage } from '@contract/graphicsPage'
import { createApplication } from '../handlers/application'
import { defaultSettingsDirectory } from '../workspace/settingsDirectory'
import { forkUtilityWorker } from './forkUtilityWorker'
import { lockDown } from './lockDown'
import { openMainWindow } from './mainWindow'
import { setMenu } from './menu'
import { nativeDialogs } from './nativeDialogs'
import { askBeforeQuitting } from './quitting'
import { registerRendererScheme, rendererOrigin, serveRendererProtocol } from './rendererProtocol'
import { openRequestChannel } from './requestChannel'
import { windowMemory } from './windowState'

/** The desktop's entry: one instance, one window over the same handlers as every other face. */

const here = import.meta.dirname
/** `electron-vite dev` serves the renderer itself, with hot reloading. */
const developmentServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL
const origin = developmentServer ? new URL(developmentServer).origin : rendererOrigin

let window: BrowserWindow | null = null

function start(): void {
  const settingsDirectory = defaultSettingsDirectory()
  const application = createApplication({
    face: 'desktop',
    forkWorker: forkUtilityWorker(join(here, 'worker.js'), {
      page: new URL(graphicsPage.file, developmentServer ?? `${origin}/`).href,
      preload: join(here, '../preload/graphicsPreload.cjs'),
    }),
    dialogs: nativeDialogs(() => window),
    settingsDirectory,
    resourcesDirectory: app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources'),
    version: app.getVersion(),
  })
  const memory = windowMemory(settingsDirectory)
  const open = () => {
    window = openMainWindow({
      page: developmentServer ?? `${origin}/`,
      preload: join(here, '../preload/preload.cjs'),
      memory,
    })
    window.on('closed', () => (window = null))
  }
  serveRendererProtocol(join(here, '../renderer'))
  lockDown(origin)
  setMenu(settingsDirectory)
  openRequestChannel(application, origin, () => window)
  askBeforeQuitting(application, () => window)
  app.on('activate', () => {
    if (!window) open()
  })
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  open()
}

if (app.requestSingleInstanceLock()) {
  app.enableSandbox()
  // Chromium offers WebGPU by itself on Windows and macOS only.
  if (process.platform === 'linux') app.commandLine.appendSwitch('enable-unsafe-webgpu')
  registerRendererScheme()
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      const { message, hint, details } = asProblem(error)
      dialog.showErrorBox('Shiftscope cannot start', [message, hint, details].join('\n\n'))
      app.exit(1)
    })
} else {
  app.quit()
}
