import { BrowserWindow, dialog } from 'electron'
import type { WindowMemory } from './windowState'

export interface MainWindowOptions {
  /** Address of the renderer's page. */
  readonly page: string
  readonly preload: string
  readonly memory: WindowMemory
}

/** Opens the app's window: sandboxed, isolated, at the size and place of last time. */
export function openMainWindow({ page, preload, memory }: MainWindowOptions): BrowserWindow {
  const last = memory.recall()
  const window = new BrowserWindow({
    title: 'Shiftscope',
    width: 1440,
    height: 900,
    ...last?.bounds,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Training goes on and its curves stay current while the window is behind others.
      backgroundThrottling: false,
      spellcheck: false,
    },
  })
  if (last?.maximized) window.maximize()
  memory.follow(window)
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) void offerReload(window, reason)
  })
  void window.loadURL(page)
  return window
}

/** Only the pages are lost with their process: files and training belong to other processes. */
async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window stopped working.',
    detail: `Projects and running tasks are not affected. Load the page again? (${reason})`,
    buttons: ['Load again', 'Close the window'],
    defaultId: 0,
    cancelId: 1,
  })
  if (window.isDestroyed()) return
  if (response === 0) window.webContents.reload()
  else window.destroy()
}
