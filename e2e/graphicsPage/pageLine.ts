import type { Page } from '@playwright/test'
import { graphicsPage } from '../../src-main/contract/graphicsPage'
import type { MessageLine } from '../../src-main/compute/remote/messages'
import { readRendererFile } from '../../src-main/serve/rendererFiles'
import { cloneCodec } from '../electronStandIn/page/cloneCodec.mjs'

/** WebGPU is for secure origins only; nothing is fetched from this one but the built files. */
const origin = 'https://shiftscope.test'
const builtRenderer = new URL('../../out/renderer', import.meta.url).pathname

/** tfjs's product for small results; its usual ones wait for each other so often that SwiftShader takes seconds. */
const smallProducts = '?tfjsflags=WEBGPU_MATMUL_PROGRAM_TYPE:2'

declare global {
  interface Window {
    /** Put there by the test that opened the page. */
    readonly toTest: (text: string) => void
  }
}

/** What the preload does, with the other end of the port within reach of the test. */
function hostPort(codec: typeof cloneCodec, portMessage: string): void {
  const { encode, decode } = codec()
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => window.toTest(encode(data))
  Object.assign(globalThis, {
    toPage: (text: string) => port1.postMessage(decode(text)),
    endPort: () => port1.close(),
  })
  window.postMessage(portMessage, location.origin, [port2])
}

/** Opens the built page and plays the worker's end of its port. */
export async function lineToPage(page: Page): Promise<MessageLine> {
  const { encode, decode } = cloneCodec()
  const heard: ((message: unknown) => void)[] = []
  const ended: (() => void)[] = []
  await page.route(`${origin}/**`, async (route) => {
    const file = await readRendererFile(builtRenderer, new URL(route.request().url()).pathname)
    if (!file) return route.fulfill({ status: 404 })
    return route.fulfill({ body: Buffer.from(file.bytes), contentType: file.contentType })
  })
  await page.exposeFunction('toTest', (text: string) => heard.forEach((listener) => listener(decode(text))))
  page.on('close', () => ended.forEach((listener) => listener()))
  page.on('crash', () => ended.forEach((listener) => listener()))
  await page.goto(`${origin}/${graphicsPage.file}${smallProducts}`)
  await page.evaluate(
    `(${String(hostPort)})(${String(cloneCodec)}, ${JSON.stringify(graphicsPage.portMessage)})`,
  )
  return {
    send: (message) => {
      const text = JSON.stringify(encode(message))
      // A page that is gone is told by its end.
      page.evaluate(`toPage(${text})`).catch(() => undefined)
    },
    onMessage: (listener) => heard.push(listener),
    onEnd: (listener) => ended.push(listener),
    close: () => void page.evaluate('endPort()').catch(() => undefined),
  }
}
