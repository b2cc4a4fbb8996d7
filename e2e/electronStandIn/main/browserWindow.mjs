import { EventEmitter } from 'node:events'
import { app } from './app.mjs'
import { preventable, strict } from './runtime.mjs'
import { WebContents } from './webContents.mjs'
import { windows } from './windows.mjs'

let lastId = 0

export class BrowserWindow extends EventEmitter {
  /** @param {import('electron').BrowserWindowConstructorOptions} options */
  constructor(options = {}) {
    super()
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    const preferences = options.webPreferences ?? {}
    if (preferences.nodeIntegration || preferences.contextIsolation === false || !preferences.sandbox) {
      throw new Error('Electron stand-in: only sandboxed windows with context isolation')
    }
    this.id = ++lastId
    this.title = options.title ?? app.getName()
    this.visible = options.show !== false
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.bounds = { x, y, width, height }
    windows.set(this.id, this)
    this.webContents = strict('webContents', new WebContents(this, preferences))
    app.emit('browser-window-created', {}, this)
    app.emit('web-contents-created', {}, this.webContents)
  }

  loadURL(url) {
    return this.webContents.loadURL(url)
  }
  show() {
    this.visible = true
  }
  isVisible() {
    return this.visible
  }
  isDestroyed() {
    return !windows.has(this.id)
  }
  isMaximized() {
    return false
  }
  isMinimized() {
    return false
  }
  maximize() {}
  restore() {}
  focus() {}
  getBounds() {
    return { ...this.bounds }
  }
  getNormalBounds() {
    return this.getBounds()
  }
  setBounds(bounds) {
    Object.assign(this.bounds, bounds)
    void this.webContents.resize()
  }

  close() {
    const event = preventable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy() {
    if (!windows.delete(this.id)) return
    this.webContents.destroy()
    this.emit('closed')
    if (windows.size > 0 || app.quitting) return
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
    else app.quit()
  }

  static getAllWindows() {
    return [...windows.values()]
  }
  static fromWebContents(contents) {
    return windows.get(contents?.id) ?? null
  }
}
