import { fork } from 'node:child_process'
import type { ForkWorker } from './workerHandle'

/** Most of a worker's standard error that is kept, to say why it died. */
const keptErrorCharacters = 4000

/**
 * Workers as child processes of plain Node.
 * @param entry path of the built worker (`out/main/worker.js`)
 */
export function forkNodeWorker(entry: string): ForkWorker {
  return () => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      // Standard output belongs to whoever reads the terminal's result.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C reaches the main process only, which asks the worker to keep a checkpoint.
      detached: process.platform !== 'win32',
    })
    let lastErrors = ''
    child.stderr?.on('data', (piece: Buffer) => {
      lastErrors = (lastErrors + piece.toString()).slice(-keptErrorCharacters)
    })
    return {
      send: (message) => {
        // A worker that is gone is reported by its exit; a message to it is not a second failure.
        if (child.connected && typeof message === 'object' && message !== null) child.send(message)
      },
      onMessage: (listener) => {
        child.on('message', listener)
      },
      onExit: (listener) => {
        child.on('close', (code, signal) => {
          listener(code, signal, lastErrors)
        })
        child.on('error', (error) => {
          lastErrors += error.message
          // A process that could not be started has no end of its own.
          if (child.pid === undefined) listener(null, null, lastErrors)
        })
      },
      kill: () => {
        child.kill('SIGKILL')
      },
    }
  }
}
