import { utilityProcess } from 'electron'
import type { ForkWorker } from '../tasks/workerHandle'

/**
 * Workers in Electron: utility processes, which have Node but no window and end with the app.
 * @param script the built worker, `out/main/worker.js`
 */
export function forkUtilityWorker(script: string): ForkWorker {
  return () => {
    const child = utilityProcess.fork(script, [], { serviceName: 'Shiftscope worker', stdio: 'inherit' })
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      // Electron reports a code for every end, also for one by a signal.
      onExit: (listener) => void child.on('exit', (code) => listener(code, null)),
      kill: () => void child.kill(),
    }
  }
}
