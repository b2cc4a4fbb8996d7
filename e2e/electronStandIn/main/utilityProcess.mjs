import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'

const workerPort = fileURLToPath(new URL('../workerPort.mjs', import.meta.url))

class UtilityProcess extends EventEmitter {
  #child

  /** @param {string} script @param {string[]} args @param {{ stdio?: 'pipe' | 'ignore' | 'inherit' }} options */
  constructor(script, args, { stdio = 'inherit' }) {
    super()
    this.#child = fork(script, args, {
      serialization: 'advanced',
      execArgv: ['--no-warnings', '--import', workerPort],
      stdio: ['ignore', stdio, stdio, 'ipc'],
    })
    this.#child.on('spawn', () => this.emit('spawn'))
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.on('exit', (code) => this.emit('exit', code ?? 1))
  }
  get pid() {
    return this.#child.pid
  }
  get stdout() {
    return this.#child.stdout
  }
  get stderr() {
    return this.#child.stderr
  }
  postMessage(message) {
    this.#child.send(message)
  }
  kill() {
    return this.#child.kill()
  }
}

export const utilityProcess = {
  fork: (script, args = [], options = {}) => new UtilityProcess(script, args, options),
}
