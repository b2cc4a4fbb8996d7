// What Electron does before the app's first line: take the switches, start the browser, stand for `electron`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as electron from 'electron'
import { startChromium } from './chromium.mjs'
import { parseCommandLine } from './commandLine.mjs'
import { connectDevTools } from './devTools.mjs'
import { runtime } from './main/runtime.mjs'

const words = process.argv.slice(2)
const { app, preloads, userData } = parseCommandLine(words)
const profile = mkdtempSync(join(tmpdir(), 'electron-stand-in-'))
runtime.appPath = resolve(app)
runtime.manifest = JSON.parse(readFileSync(join(runtime.appPath, 'package.json'), 'utf8'))
runtime.userData = userData ?? join(profile, 'userData')

const appRequire = createRequire(join(runtime.appPath, 'package.json'))
const { version } = appRequire('electron/package.json')
Object.defineProperty(process, 'versions', {
  value: Object.freeze({ ...process.versions, electron: version }),
})
process.argv.splice(0, process.argv.length, join(import.meta.dirname, 'electron'), ...words)

// `require('electron')`, as Playwright's loader and its evaluate use it.
const load = Module._load
Module._load = (request, parent, isMain) =>
  /^electron(\/(main|common))?$/.test(request) ? electron : load(request, parent, isMain)

const { chromium, address } = await startChromium(join(profile, 'chromium'))
let exiting = false
runtime.exit = (code) => {
  if (exiting) return
  exiting = true
  const end = () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    process.exit(code)
  }
  chromium.once('exit', end)
  setTimeout(end, 3000).unref()
  runtime.devTools?.send('Browser.close').catch(() => chromium.kill('SIGKILL'))
}
chromium.on('exit', () => runtime.exit(1))
process.on('exit', () => chromium.kill('SIGKILL'))
process.on('SIGTERM', () => runtime.exit(0))
process.on('SIGINT', () => runtime.exit(0))

runtime.devTools = await connectDevTools(address)
await runtime.devTools.send('Target.setDiscoverTargets', { discover: true })
for (const preload of preloads) appRequire(preload)
process.stderr.write(`DevTools listening on ${address}\n`)
await import(pathToFileURL(join(runtime.appPath, runtime.manifest.main)).href)
electron.app.becomeReady()
