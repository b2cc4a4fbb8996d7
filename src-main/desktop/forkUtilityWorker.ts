import { utilityProcess } from 'electron'
import type { ForkWorker } from '../tasks/workerHandle'
import { GraphicsPages, type GraphicsPageOptions } from './graphicsPages'

/**
 * Workers in Electron: utility processes, which have Node but no window and end with the app.
 * @param script the built worker, `out/main/worker.js`
 * @param graphics the page in which workers compute on a graphics processor
 */
export function forkUtilityWorker(script: string, graphics: GraphicsPageOptions): ForkWorker {
  return () => {
    const child = utilityProcess.fork(script, [], { serviceName: 'Shiftscope worker', stdio: 'inherit' })
    const pages = new GraphicsPages(child, graphics)
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) =>
        void child.on('message', (message: unknown) => {
          if (!pages.hear(message)) listener(message)
        }),
      // Electron reports a code for every end, also for one by a signal.
      onExit: (listener) => void child.on('exit', (code) => listener(code, null)),
      kill: () => void child.kill(),
    }
  }
}
