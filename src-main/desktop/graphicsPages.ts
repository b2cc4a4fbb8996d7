import { BrowserWindow, MessageChannelMain, type UtilityProcess } from 'electron'
import { graphicsPage } from '@contract/graphicsPage'
import { pageRequestSchema, type PageNews } from '../compute/remote/pageMessages'

export interface GraphicsPageOptions {
  /** Address of the hidden page. */
  readonly page: string
  readonly preload: string
}

function openHidden(preload: string): BrowserWindow {
  return new BrowserWindow({
    title: 'Shiftscope on the graphics processor',
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // It is never seen, and is to compute at full speed.
      backgroundThrottling: false,
      spellcheck: false,
    },
  })
}

/** The hidden pages that a worker computes in. They end with it. */
export class GraphicsPages {
  private readonly windows = new Map<number, BrowserWindow>()

  constructor(
    private readonly worker: UtilityProcess,
    private readonly options: GraphicsPageOptions,
  ) {
    worker.on('exit', () => {
      for (const window of this.windows.values()) window.destroy()
    })
  }

  /** Does what a worker's message asks for when it is about pages; false for any other message. */
  hear(message: unknown): boolean {
    const request = pageRequestSchema.safeParse(message)
    if (!request.success) return false
    const { say, page } = request.data
    if (say === 'closeGraphicsPage') this.windows.get(page)?.destroy()
    else void this.open(page)
    return true
  }

  private async open(page: number): Promise<void> {
    const window = openHidden(this.options.preload)
    this.windows.set(page, window)
    window.on('closed', () => {
      this.windows.delete(page)
      this.worker.postMessage({ say: 'graphicsPageGone', page } satisfies PageNews)
    })
    // The worker hears of it by the end of the window, and goes on elsewhere.
    window.webContents.on('render-process-gone', () => window.destroy())
    try {
      await window.loadURL(this.options.page)
      const { port1, port2 } = new MessageChannelMain()
      window.webContents.postMessage(graphicsPage.portChannel, null, [port1])
      this.worker.postMessage({ say: 'graphicsPageOpen', page } satisfies PageNews, [port2])
    } catch {
      if (!window.isDestroyed()) window.destroy()
    }
  }
}
