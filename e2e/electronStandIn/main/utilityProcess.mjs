import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { HandedOnPorts } from './messageChannelMain.mjs'

const workerPort = fileURLToPath(new URL('../workerPort.mjs', import.meta.url))

class UtilityProcess extends EventEmitter {
  #child
  #ports = new HandedOnPorts()

  /** @param {string} script @param {string[]} args @param {{ stdio?: 'pipe' | 'ignore' | 'inherit' }} options */
  constructor(script, args, { stdio = 'inherit' }) {
    super()
    this.#child = fork(script, args, {
      serialization: 'advanced',
      execArgv: ['--no-warnings', '--import', workerPort],
      stdio: ['ignore', stdio, stdio, 'ipc'],
    })
    this.#child.on('spawn', () => this.emit('spawn'))
    this.#child.on('message', (said) => {
      if ('port' in said) this.#ports.hear(said)
      else this.emit('message', said.message)
    })
    this.#child.on('exit', () => this.#ports.closeAll())
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
  /** As in Electron, a message to a process that has ended is dropped. */
  postMessage(message, transfer = []) {
    this.#send({ message, ports: this.#ports.handOn(transfer, (said) => this.#send(said)) })
  }
  #send(said) {
    if (this.#child.connected) this.#child.send(said)
  }
  kill() {
    return this.#child.kill()
  }
}

export const utilityProcess = {
  fork: (script, args = [], options = {}) => new UtilityProcess(script, args, options),
}
