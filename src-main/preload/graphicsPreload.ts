import { ipcRenderer } from 'electron'
import { graphicsPage } from '@contract/graphicsPage'

/** What the preload uses of its page. */
declare const window: {
  readonly location: { readonly origin: string }
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void
}

/** All that the hidden page has of the desktop: the port, once. */
ipcRenderer.once(graphicsPage.portChannel, ({ ports }) => {
  window.postMessage(graphicsPage.portMessage, window.location.origin, ports)
})
