import { ShiftscopeError } from '@contract/errors'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { instantiateKernels, type CompiledKernels, type KernelName, type Kernels } from './kernels'
import { threadMain, type ProgramMessage, type ThreadData } from './kernelThread'
import type { KernelMemory } from './memory'
import type { Program } from './schedule'

/** Bytes of a meeting point, on a cache line of its own. */
const pointBytes = 64
/**
 * Words of a meeting point that are written here: whether a thread has failed, longest wait in seconds, looks before
 * sleeping at most and at present.
 */
const [failedWord, longestWord, mostLooksWord, looksWord] = [3, 4, 5, 6]
/** Looks at most: somewhat longer than threads wait for each other, and than the next batch takes to be made. */
const [looksInMeetings, looksForJobs] = [200_000, 1_000_000]

/** Told how long the first thread was in each kernel, or in `meet`, waiting for the others. */
export type KernelWatch = (kernel: KernelName | 'meet', milliseconds: number) => void

export interface TeamOptions {
  readonly watch?: KernelWatch
  /** How long threads may take to start, milliseconds. */
  readonly startWithin?: number
  /** How long threads wait for one of them inside a program, seconds of waiting. */
  readonly meetWithin?: number
  /** Starts a thread; tests give another. */
  readonly startThread?: (data: ThreadData) => Worker
}

/** Starts a thread that runs kernels. */
export function startKernelThread(data: ThreadData): Worker {
  const worker = new Worker(`(${threadMain.toString()})()`, {
    eval: true,
    workerData: data,
    transferList: [data.port],
  })
  worker.unref()
  return worker
}

interface Member {
  readonly worker: Worker
  readonly port: MessagePort
}

/**
 * Threads that run programs together. The thread that owns the team is its first member; the others spin briefly for
 * the next program and then sleep. A thread that fails or does not come ends the program for all: nobody waits for
 * ever.
 */
export class Team {
  readonly kernels: Kernels
  /** Those that started: all that were wanted, or one. */
  readonly threads: number
  private readonly members: Member[] = []
  private readonly jobs: number
  private readonly meetings: number
  private readonly control: number
  private readonly known = new Set<number>()
  private readonly watch: KernelWatch | undefined
  private failure: string | null = null

  /** @param wanted threads; one is left where the others do not start in time */
  constructor(
    compiled: CompiledKernels,
    private readonly memory: KernelMemory,
    wanted: number,
    { watch, startWithin = 10_000, meetWithin = 60, startThread = startKernelThread }: TeamOptions = {},
  ) {
    this.watch = watch
    this.kernels = instantiateKernels(compiled.module, memory.memory)
    this.jobs = this.makePoint(looksForJobs, 0)
    this.meetings = this.makePoint(looksInMeetings, meetWithin)
    this.control = memory.allocate(pointBytes)
    if (wanted > 1) this.start(compiled, wanted, startThread)
    this.threads = this.allStarted(wanted, startWithin) ? wanted : 1
    if (this.threads < wanted) this.end()
  }

  /**
   * Runs a program on all threads and returns when all are done.
   * @param number the same for the same programs
   * @throws ShiftscopeError `engine/threadFailed` when a thread failed, now or before; values may be half changed
   */
  run(number: number, programs: readonly Program[]): void {
    this.requireWhole()
    try {
      if (this.threads > 1) this.announce(number, programs)
      for (const instruction of programs[0]) this.follow(instruction)
      if (this.threads > 1) this.follow(null)
    } catch (error) {
      const reasons = [...this.reasonsOfOthers(), error instanceof Error ? error.message : String(error)]
      this.failure = reasons[0]
      this.end()
      throw this.failed(reasons.join('\n'), error)
    }
  }

  /** @throws ShiftscopeError `engine/threadFailed` when a thread failed before: values may be half changed */
  requireWhole(): void {
    if (this.failure !== null) throw this.failed(this.failure)
  }

  /** Ends the other threads. */
  close(): void {
    this.end()
  }

  private makePoint(looks: number, longest: number): number {
    const address = this.memory.allocate(pointBytes)
    const words = this.memory.integers(address, pointBytes / 4).fill(0)
    words[longestWord] = longest
    words[mostLooksWord] = words[looksWord] = looks
    return address
  }

  private start(
    { module }: CompiledKernels,
    threads: number,
    startThread: (data: ThreadData) => Worker,
  ): void {
    const { jobs, meetings, control } = this
    const shared = { module, memory: this.memory.memory, threads, jobs, meetings, control }
    for (let thread = 1; thread < threads; thread++) {
      const { port1, port2 } = new MessageChannel()
      // Read when something went wrong; nobody stays awake for it.
      port1.unref()
      const worker = startThread({ ...shared, port: port2 })
      const gone = (reason: string): void => {
        if (this.members.some((member) => member.worker === worker)) this.failure ??= reason
      }
      worker.on('error', (error) => gone(error.message))
      worker.on('exit', () => gone('A thread ended.'))
      this.members.push({ worker, port: port1 })
    }
  }

  private allStarted(threads: number, within: number): boolean {
    const words = this.memory.integers(this.control, 2)
    const deadline = performance.now() + within
    for (let started = 0; started < threads - 1; started = Atomics.load(words, 1)) {
      const left = deadline - performance.now()
      if (left <= 0) return false
      Atomics.wait(words, 1, started, Math.min(50, left))
    }
    return true
  }

  private announce(number: number, programs: readonly Program[]): void {
    if (!this.known.has(number)) {
      this.members.forEach(({ port }, index) => {
        const message: ProgramMessage = { number, program: programs[index + 1] }
        port.postMessage(message)
      })
      this.known.add(number)
    }
    Atomics.store(this.memory.integers(this.control, 2), 0, number)
    this.kernels.announceJob(this.jobs)
  }

  private follow(instruction: Program[number]): void {
    const start = this.watch ? performance.now() : 0
    if (instruction) this.kernels[instruction.kernel](...instruction.numbers)
    else this.kernels.meet(this.meetings, this.threads)
    this.watch?.(instruction?.kernel ?? 'meet', performance.now() - start)
  }

  private reasonsOfOthers(): string[] {
    return this.members.flatMap(({ port }) => {
      const said: unknown = receiveMessageOnPort(port)?.message
      return typeof said === 'string' ? [said] : []
    })
  }

  /** Sends all other threads home, those that wait for a job and those that wait for each other. */
  private end(): void {
    const left = this.members.splice(0)
    if (left.length === 0) return
    Atomics.store(this.memory.integers(this.control, 2), 0, -1)
    this.kernels.announceJob(this.jobs)
    Atomics.store(this.memory.integers(this.meetings, pointBytes / 4), failedWord, 1)
    for (const { worker, port } of left) {
      port.close()
      void worker.terminate()
    }
  }

  private failed(details: string, cause?: unknown): ShiftscopeError {
    return new ShiftscopeError(
      {
        code: 'engine/threadFailed',
        message: 'A part of the engine that computes on the processor failed in the middle of a step.',
        hint: 'Resume the run: it goes on from its last checkpoint. If it happens again, set the number of threads to 1.',
        details,
      },
      { cause },
    )
  }
}
