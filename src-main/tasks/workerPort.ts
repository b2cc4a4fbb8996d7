import { pageNewsSchema } from '../compute/remote/pageMessages'
import { parentPort } from '../compute/remote/parentPort'

/** The worker's end of the line to the main process. */
export interface WorkerPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/**
 * The line to the main process: Electron's parent port in a utility process, Node's channel in a forked one.
 * A forked worker ends when its parent does.
 * @throws when this process was not started as a worker
 */
export function connectToMain(): WorkerPort {
  const port = parentPort()
  if (port) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.on('message', ({ data }) => {
          // News of hidden pages are for whoever asked for a page.
          if (!pageNewsSchema.safeParse(data).success) listener(data)
        })
      },
    }
  }
  const send = process.send?.bind(process)
  if (!send) throw new Error('A worker is started by Shiftscope, not by hand.')
  process.on('disconnect', () => {
    process.exit(0)
  })
  return {
    send: (message) => {
      if (process.connected) send(message)
    },
    onMessage: (listener) => {
      process.on('message', listener)
    },
  }
}
