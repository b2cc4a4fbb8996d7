import { Worker } from 'node:worker_threads'
import { instantiateKernels, type CompiledKernels, type KernelName, type Kernels } from './kernels'
import type { KernelMemory } from './memory'
import type { Program } from './schedule'

/** Bytes of a meeting point, on a cache line of its own. */
const pointBytes = 64
/** How long threads may take to start. */
const startMilliseconds = 10_000

/** What a thread is given. */
interface ThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly threads: number
  readonly jobs: number
  readonly meetings: number
  /** Words: number of the job's program (negative: end), threads that have started. */
  readonly control: number
}

interface ProgramMessage {
  readonly number: number
  readonly program: Program
}

/**
 * What a thread does until it is told to end. It runs from its source text, so it may use nothing but its own
 * variables: the source is the same whether bundled or not, and needs no file beside it.
 */
function threadMain(): void {
  const threadModule = process.getBuiltinModule('node:worker_threads')
  const isThreadData = (data: unknown): data is ThreadData =>
    typeof data === 'object' && data !== null && 'meetings' in data
  const isMessage = (data: unknown): data is ProgramMessage =>
    typeof data === 'object' && data !== null && 'program' in data
  const isKernels = (data: object): data is Kernels => 'awaitJob' in data

  const data: unknown = threadModule.workerData
  const port = threadModule.parentPort
  if (!isThreadData(data) || !port) throw new Error('This runs in threads of a team.')
  const { module, memory, threads, jobs, meetings, control } = data
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
  if (!isKernels(kernels)) throw new Error('The compiled kernels are not those of this version.')
  const words = new Int32Array(memory.buffer, control, 2)
  const programs = new Map<number, Program>()
  const receive = (): void => {
    for (
      let next = threadModule.receiveMessageOnPort(port);
      next;
      next = threadModule.receiveMessageOnPort(port)
    ) {
      const message: unknown = next.message
      if (isMessage(message)) programs.set(message.number, message.program)
    }
  }
  try {
    let job = 0
    Atomics.add(words, 1, 1)
    Atomics.notify(words, 1)
    for (;;) {
      job = kernels.awaitJob(jobs, job)
      const number = Atomics.load(words, 0)
      if (number < 0) return
      if (!programs.has(number)) receive()
      for (const instruction of programs.get(number) ?? []) {
        if (instruction) kernels[instruction.kernel](...instruction.numbers)
        else kernels.meet(meetings, threads)
      }
      kernels.meet(meetings, threads)
    }
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer, jobs, 4), 3, 1)
    Atomics.store(new Int32Array(memory.buffer, meetings, 4), 3, 1)
    throw error
  }
}

/** Told how long the first thread was in each kernel, or in `meet`, waiting for the others. */
export type KernelWatch = (kernel: KernelName | 'meet', milliseconds: number) => void

/**
 * Threads that run programs together. The thread that owns the team is its first member; the others spin briefly for
 * the next program and then sleep.
 */
export class Team {
  readonly kernels: Kernels
  private readonly workers: Worker[] = []
  private readonly jobs: number
  private readonly meetings: number
  private readonly control: number
  private readonly known = new Set<number>()

  /**
   * @param threads at most this many; fewer where threads do not start
   */
  constructor(
    compiled: CompiledKernels,
    private readonly memory: KernelMemory,
    readonly threads: number,
    private readonly watch?: KernelWatch,
  ) {
    this.kernels = instantiateKernels(compiled.module, memory.memory)
    this.jobs = memory.allocate(pointBytes)
    this.meetings = memory.allocate(pointBytes)
    this.control = memory.allocate(pointBytes)
    if (threads === 1) return
    const workerData: ThreadData = {
      module: compiled.module,
      memory: memory.memory,
      threads,
      jobs: this.jobs,
      meetings: this.meetings,
      control: this.control,
    }
    for (let thread = 1; thread < threads; thread++) {
      const worker = new Worker(`(${threadMain.toString()})()`, { eval: true, workerData })
      worker.unref()
      this.workers.push(worker)
    }
    this.awaitStart()
  }

  /**
   * Runs a program on all threads and returns when all are done.
   * @param number the same for the same programs
   */
  run(number: number, programs: readonly Program[]): void {
    if (this.threads > 1) {
      if (!this.known.has(number)) {
        this.workers.forEach((worker, index) => {
          const message: ProgramMessage = { number, program: programs[index + 1] }
          worker.postMessage(message)
        })
        this.known.add(number)
      }
      Atomics.store(this.memory.integers(this.control, 2), 0, number)
      this.kernels.announceJob(this.jobs)
    }
    for (const instruction of programs[0]) this.follow(instruction)
    if (this.threads > 1) this.follow(null)
  }

  /** Ends the other threads. */
  close(): void {
    if (this.workers.length === 0) return
    Atomics.store(this.memory.integers(this.control, 2), 0, -1)
    this.kernels.announceJob(this.jobs)
    this.workers.length = 0
  }

  private follow(instruction: Program[number]): void {
    const start = performance.now()
    if (instruction) this.kernels[instruction.kernel](...instruction.numbers)
    else this.kernels.meet(this.meetings, this.threads)
    this.watch?.(instruction?.kernel ?? 'meet', performance.now() - start)
  }

  private awaitStart(): void {
    const words = this.memory.integers(this.control, 2)
    const deadline = Date.now() + startMilliseconds
    for (let started = 0; started < this.threads - 1; started = Atomics.load(words, 1)) {
      if (Date.now() > deadline) throw new Error('The threads of the kernels did not start.')
      Atomics.wait(words, 1, started, 50)
    }
  }
}
