/** The worker's end of the line to the main process. */
export interface WorkerPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

function isParentPort(value: unknown): value is ParentPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'postMessage' in value &&
    typeof value.postMessage === 'function' &&
    'on' in value &&
    typeof value.on === 'function'
  )
}

/**
 * The line to the main process: Electron's parent port in a utility process, Node's channel in a forked one.
 * A forked worker ends when its parent does.
 * @throws when this process was not started as a worker
 */
export function connectToMain(): WorkerPort {
  const parentPort: unknown = Reflect.get(process, 'parentPort')
  if (isParentPort(parentPort)) {
    return {
      send: (message) => {
        parentPort.postMessage(message)
      },
      onMessage: (listener) => {
        parentPort.on('message', (event) => {
          listener(event.data)
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
