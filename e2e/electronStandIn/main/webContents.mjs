import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { cloneCodec } from '../page/cloneCodec.mjs'
import { pageShim } from '../page/pageShim.mjs'
import { ipcMain } from './ipcMain.mjs'
import { HandedOnPorts } from './messageChannelMain.mjs'
import { answerPaused, toAppUrl, toBrowserUrl } from './protocol.mjs'
import { preventable, runtime } from './runtime.mjs'
import { windows } from './windows.mjs'

const binding = '__standInSend'
const { encode, decode } = cloneCodec()

/** A page: a tab of Chromium with the app's preload put before its scripts. */
export class WebContents extends EventEmitter {
  #window
  #preferences
  #url = ''
  /** The address that the app itself asked for: going there is no navigation by the page. */
  #asked = ''
  #destroyed = false
  #openHandler = () => ({ action: 'deny' })
  #made
  #ports = new HandedOnPorts()
  #targetId = ''
  /** @type {(method: string, parameters?: object) => Promise<any>} */
  #call = async () => {}

  constructor(window, preferences) {
    super()
    this.#window = window
    this.#preferences = preferences
    this.id = window.id
    this.#made = this.#make()
  }

  async #make() {
    const { devTools } = runtime
    const { width, height } = this.#window.bounds
    const { targetId } = await devTools.send('Target.createTarget', {
      url: 'about:blank',
      width,
      height,
      newWindow: true,
    })
    const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true })
    this.#targetId = targetId
    this.#call = (method, parameters) => devTools.send(method, parameters, sessionId)
    devTools.onEvent(sessionId, (method, parameters) => this.#onEvent(method, parameters))
    devTools.onTargetGone(targetId, () => this.#window.destroy())
    await Promise.all([
      this.#call('Page.enable'),
      this.#call('Runtime.enable'),
      this.#call('Inspector.enable'),
      this.#call('Runtime.addBinding', { name: binding }),
      this.#call('Fetch.enable', {
        patterns: [{ urlPattern: 'http://*.localhost/*' }, { urlPattern: '*', resourceType: 'Document' }],
      }),
      this.#resize(),
    ])
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { source: this.#shimSource() })
  }

  /** The preload as the page runs it: inside the shim's `require`, before any script of the page. */
  #shimSource() {
    const { preload = '' } = this.#preferences
    const source = preload ? readFileSync(preload, 'utf8') : ''
    const run = `function (require, module, exports, process) {${source}\n}`
    return `(${pageShim})(${cloneCodec}, ${run}, ${JSON.stringify({ preload, binding })})`
  }

  #resize() {
    const { width, height } = this.#window.bounds
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false }
    return this.#call('Emulation.setDeviceMetricsOverride', metrics)
  }

  #onEvent(method, parameters) {
    if (method === 'Page.loadEventFired' && this.#url !== '') {
      this.emit('did-finish-load', {})
      this.#window.emit('ready-to-show', {})
    } else if (method === 'Page.frameNavigated' && !parameters.frame.parentId) {
      this.#url = toAppUrl(parameters.frame.url)
    } else if (method === 'Fetch.requestPaused') {
      this.#onRequest(parameters).catch((error) => {
        if (!this.#destroyed) process.stderr.write(`${error.stack}\n`)
      })
    } else if (method === 'Inspector.targetCrashed') {
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    } else if (method === 'Runtime.bindingCalled' && parameters.name === binding) {
      void this.#onMessage(JSON.parse(parameters.payload))
    }
  }

  /** Lets the app refuse a navigation before it leaves; an aborted one keeps the page that is there. */
  async #onRequest(paused) {
    const url = toAppUrl(paused.request.url)
    if (paused.resourceType === 'Document' && url !== this.#asked && url !== this.#url) {
      const event = preventable({ url })
      this.emit('will-navigate', event)
      if (event.defaultPrevented) {
        return this.#call('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Aborted' })
      }
    }
    return answerPaused(this.#call, paused)
  }

  async #onMessage(message) {
    if (message.kind === 'preload-error') {
      this.emit('preload-error', {}, this.#preferences.preload, new Error(message.error))
    } else if (message.kind === 'open') {
      const { action } = this.#openHandler({
        url: message.url,
        frameName: '',
        features: '',
        disposition: 'foreground-tab',
      })
      if (action !== 'deny') throw new Error('Electron stand-in: child windows are not implemented')
    } else if (message.kind === 'port') {
      this.#ports.hear({ ...message, data: decode(message.data) })
    } else {
      const frame = { url: this.#url, parent: null }
      const event = { sender: this, senderFrame: frame, type: 'frame' }
      const args = decode(message.args)
      if (message.kind === 'send') ipcMain.emit(message.channel, event, ...args)
      else
        await this.#toPage({
          kind: 'reply',
          id: message.id,
          ...(await answerOf(message.channel, event, args)),
        })
    }
  }

  async #toPage(message) {
    if (this.#destroyed) return
    const expression = `globalThis.__standInReceive?.(${JSON.stringify(message)})`
    await this.#call('Runtime.evaluate', { expression }).catch(() => {})
  }

  send(channel, ...args) {
    void this.#toPage({ kind: 'event', channel, args: encode(args) })
  }
  postMessage(channel, message, transfer = []) {
    const ports = this.#ports.handOn(transfer, ({ port, data, closed }) => {
      void this.#toPage({ kind: 'port', port, data: encode(data), closed })
    })
    void this.#toPage({ kind: 'event', channel, args: encode([message]), ports })
  }
  async loadURL(url) {
    await this.#made
    this.#asked = url
    this.#url = url
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve))
    const { errorText } = await this.#call('Page.navigate', { url: toBrowserUrl(url) })
    if (errorText) throw new Error(`${errorText} loading '${url}'`)
    await loaded
  }
  getURL() {
    return this.#url
  }
  isDestroyed() {
    return this.#destroyed
  }
  setWindowOpenHandler(handler) {
    this.#openHandler = handler
  }
  reload() {
    void this.#call('Page.reload')
  }
  /** Ends the page's process at once, as a defect in it would. */
  forcefullyCrashRenderer() {
    this.#call('Page.crash').catch(() => {})
  }
  async resize() {
    await this.#made
    await this.#resize()
  }
  destroy() {
    this.#destroyed = true
    this.#ports.closeAll()
    this.#made
      .then(() => runtime.devTools.send('Target.closeTarget', { targetId: this.#targetId }))
      .catch(() => {})
    this.emit('destroyed')
  }

  /** @param {string} targetId Playwright finds the window of a page by it */
  static fromDevToolsTargetId(targetId) {
    return WebContents.getAllWebContents().find((contents) => contents.hasTarget(targetId))
  }
  hasTarget(targetId) {
    return this.#targetId === targetId
  }
  static getAllWebContents() {
    return [...windows.values()].map((window) => window.webContents)
  }
}

async function answerOf(channel, event, args) {
  try {
    const handler = ipcMain.handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return { channel, result: encode(await handler(event, ...args)) }
  } catch (error) {
    return { channel, error: String(error) }
  }
}
