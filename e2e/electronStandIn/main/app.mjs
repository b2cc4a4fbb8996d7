import { EventEmitter } from 'node:events'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { preventable, runtime, strict } from './runtime.mjs'
import { windows } from './windows.mjs'

class CommandLine {
  switches = new Map()

  appendSwitch(name, value = '') {
    this.switches.set(name, value)
  }
}

class App extends EventEmitter {
  isPackaged = false
  commandLine = new CommandLine()
  _ready = false
  _quitting = false
  _whenReady = new Promise((resolve) => {
    this.becomeReady = () => {
      this._ready = true
      resolve(undefined)
      this.emit('ready', {}, {})
    }
  })

  whenReady() {
    return this._whenReady
  }
  isReady() {
    return this._ready
  }
  getName() {
    return runtime.manifest.productName ?? runtime.manifest.name
  }
  getVersion() {
    return runtime.manifest.version
  }
  getAppPath() {
    return runtime.appPath
  }
  /** @param {string} name */
  getPath(name) {
    const places = {
      userData: runtime.userData,
      appData: join(runtime.userData, '..'),
      home: homedir(),
      temp: tmpdir(),
      documents: join(homedir(), 'Documents'),
    }
    if (name in places) return places[name]
    throw new Error(`Electron stand-in: app.getPath('${name}') is not implemented`)
  }
  /** There is never a second instance: each test has a profile of its own. */
  requestSingleInstanceLock() {
    return true
  }
  /** Chromium's own process sandbox is off in the stand-in. */
  enableSandbox() {}

  /** As in Electron: before-quit, then every window may refuse to close, then will-quit. */
  quit() {
    if (this._quitting) return
    const beforeQuit = preventable()
    this.emit('before-quit', beforeQuit)
    if (beforeQuit.defaultPrevented) return
    this._quitting = true
    for (const window of [...windows.values()]) window.close()
    const willQuit = preventable()
    if (windows.size === 0) this.emit('will-quit', willQuit)
    if (windows.size > 0 || willQuit.defaultPrevented) this._quitting = false
    else this.exit(0)
  }
  exit(code = 0) {
    this.emit('quit', {}, code)
    runtime.exit(code)
  }
  get quitting() {
    return this._quitting
  }
}

export const app = strict('app', new App())
