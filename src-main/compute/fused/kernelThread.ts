import type { MessagePort } from 'node:worker_threads'
import type { Kernels } from './kernels'
import type { Program } from './schedule'

/** What a thread of a team is given. */
export interface ThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly threads: number
  readonly jobs: number
  readonly meetings: number
  /** Words: number of the job's program (negative: end), threads that have started. */
  readonly control: number
  /** Takes programs in and says what went wrong. */
  readonly port: MessagePort
}

export interface ProgramMessage {
  readonly number: number
  readonly program: Program
}

/**
 * What a thread does until it is told to end. It runs from its source text, so it may use nothing but its own
 * variables: the source is the same whether bundled or not, and needs no file beside it.
 */
export function threadMain(): void {
  const threadModule = process.getBuiltinModule('node:worker_threads')
  const isThreadData = (data: unknown): data is ThreadData =>
    typeof data === 'object' && data !== null && 'meetings' in data
  const isMessage = (data: unknown): data is ProgramMessage =>
    typeof data === 'object' && data !== null && 'program' in data
  const isKernels = (data: object): data is Kernels => 'awaitJob' in data

  const data: unknown = threadModule.workerData
  if (!isThreadData(data)) throw new Error('This runs in threads of a team.')
  const { module, memory, threads, jobs, meetings, control, port } = data
  const programs = new Map<number, Program>()
  const programOf = (number: number): Program => {
    for (
      let next = threadModule.receiveMessageOnPort(port);
      next;
      next = threadModule.receiveMessageOnPort(port)
    ) {
      const message: unknown = next.message
      if (isMessage(message)) programs.set(message.number, message.program)
    }
    const program = programs.get(number)
    if (!program) throw new Error(`Program ${number} has not arrived.`)
    return program
  }
  try {
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
    if (!isKernels(kernels)) throw new Error('The compiled kernels are not those of this version.')
    const words = new Int32Array(memory.buffer, control, 2)
    let job = 0
    Atomics.add(words, 1, 1)
    Atomics.notify(words, 1)
    for (;;) {
      job = kernels.awaitJob(jobs, job)
      const number = Atomics.load(words, 0)
      if (number < 0) return
      for (const instruction of programs.get(number) ?? programOf(number)) {
        if (instruction) kernels[instruction.kernel](...instruction.numbers)
        else kernels.meet(meetings, threads)
      }
      kernels.meet(meetings, threads)
    }
  } catch (error) {
    // The reason first: whoever sees the mark reads it at once.
    port.postMessage(error instanceof Error ? (error.stack ?? error.message) : String(error))
    for (const point of [jobs, meetings]) {
      const words = new Int32Array(memory.buffer, point, 4)
      Atomics.store(words, 3, 1)
      Atomics.notify(words, 1)
    }
  } finally {
    port.close()
  }
}
