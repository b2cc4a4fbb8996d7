import { z } from 'zod'
import { ShiftscopeError } from '@contract/errors'
import { graphicsPage } from '@contract/graphicsPage'
import type { Executor } from '../compute/executor'
import type { MessageLine } from '../compute/remote/messages'
import { serveExecutor } from '../compute/remote/serveExecutor'
import { checkedWebgpu } from '../compute/webgpu/checkedWebgpu'

/** The hidden page's entry: computes on Chromium's WebGPU what is asked over the port. */

// The page's policy allows no code from text.
z.config({ jitless: true })

function lineOver(port: MessagePort): MessageLine {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data))
      port.start()
    },
    onEnd: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  }
}

function startHere(): Promise<Executor> {
  if ('gpu' in navigator) return checkedWebgpu(navigator.gpu)
  throw new ShiftscopeError({
    code: 'device/unusable',
    message: 'This computer has no graphics processor that Chromium can compute on.',
    where: 'webgpu',
    hint: 'Install the current driver of the graphics card, or train on the CPU.',
  })
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports
  // Libraries send messages to their own window too.
  if (event.source !== window || event.data !== graphicsPage.portMessage || event.ports.length !== 1) return
  serveExecutor(lineOver(port), async () => startHere())
})
