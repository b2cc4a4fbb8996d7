import type { DoctorReport, KernelBuildReport, StepTimingReport } from '@contract/device'
import { startAll, type Devices, type StartedDevice } from '../compute/devices/devices'
import { msPerStep, type StepWork } from '../compute/devices/measure'
import type { Executor } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { compileKernels, type KernelBuild } from '../compute/fused/kernels'
import type { LongWork } from '../screen/longWork'
import { modelOfShape, randomBatch, stepShapes } from '../training/stepWorkload'
import { startState } from '../training/startState'

/** What is looked at; tests give others. */
export interface Machine {
  readonly devices: Devices
  readonly cores: number
  /** @throws where the build cannot be used */
  readonly compile: (build: KernelBuild) => unknown
  readonly kernels: (options: { threads: number; build: KernelBuild }) => Executor
  readonly sharedMemory: () => boolean
}

/** Whether threads can share memory here; without that a second one is not taken. */
function threadsStart(): boolean {
  try {
    return fusedExecutor({ threads: 2 }).threads > 1
  } catch {
    return false
  }
}

export function machineOf(devices: Devices, cores: number): Machine {
  return {
    devices,
    cores,
    compile: (build) => compileKernels(false, build),
    kernels: fusedExecutor,
    sharedMemory: threadsStart,
  }
}

const builds = ['relaxed', 'plain'] as const
const buildMeanings: Record<KernelBuild, string> = {
  relaxed: 'Relaxed SIMD: multiplies and adds in one instruction',
  plain: 'Plain SIMD, 128 bits: for engines without the relaxed instructions',
}
/** For all devices, builds and thread counts together. */
const measuringMs = 2400
const timedBatches = 3

/** One of the two screens of the paper: the larger one. */
const workloadText =
  'one step of sVAE+ on 128 cells of 3,000 genes, a tenth of the counts not zero, 50 latents'

function workload(): StepWork {
  const shape = stepShapes.norman
  const model = modelOfShape(shape)
  return {
    model,
    state: startState(model, 1),
    batches: Array.from({ length: timedBatches }, (_, seed) => randomBatch(shape, model, seed)),
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}

function lookAtBuilds({ compile }: Machine): KernelBuildReport[] {
  return builds.map((name) => {
    try {
      compile(name)
      return { name, usable: true, detail: buildMeanings[name] }
    } catch (error) {
      return { name, usable: false, detail: `It cannot be used here: ${reasonOf(error)}.` }
    }
  })
}

/** What is timed: the processor in every build with one thread and with all, and each GPU. */
interface Subject extends Pick<StepTimingReport, 'device' | 'build' | 'threads'> {
  /** @throws where it does not start */
  readonly start: () => Executor
}

function subjectsOf(
  { kernels, cores, sharedMemory }: Machine,
  usableBuilds: readonly KernelBuildReport[],
  started: readonly StartedDevice[],
): Subject[] {
  const most = sharedMemory() ? cores : 1
  const threadCounts = most === 1 ? [1] : [1, most]
  const onKernels = usableBuilds.flatMap(({ name: build }) =>
    threadCounts.map((threads): Subject => {
      return { device: 'cpu', build, threads, start: () => kernels({ threads, build }) }
    }),
  )
  const others = started.flatMap(({ device, executor }): Subject[] => {
    if (!executor || (device.name === 'cpu' && onKernels.length > 0)) return []
    return [{ device: device.name, build: null, threads: null, start: () => executor }]
  })
  return [...onKernels, ...others]
}

async function timeEach(subjects: readonly Subject[], work: LongWork): Promise<StepTimingReport[]> {
  const step = workload()
  const timings: StepTimingReport[] = []
  for (const { device, build, threads, start } of subjects) {
    let detail = device === 'cpu' ? 'processor' : device
    try {
      const executor = start()
      detail = executor.detail
      const onProgress = (fraction: number | null) =>
        work.onProgress?.((timings.length + (fraction ?? 0)) / subjects.length, `Timing ${detail}`)
      onProgress(0)
      const budgetMs = measuringMs / subjects.length
      const ms = await msPerStep(executor, step, { budgetMs, signal: work.signal, onProgress })
      timings.push({ device, build, threads, detail, msPerStep: ms, problem: '' })
    } catch (error) {
      work.signal?.throwIfAborted()
      timings.push({ device, build, threads, detail, msPerStep: null, problem: `${reasonOf(error)}.` })
    }
  }
  return timings
}

function chosenOf(
  started: readonly StartedDevice[],
  timings: readonly StepTimingReport[] | null,
): DoctorReport['chosen'] {
  const usable = started.filter(({ device }) => device.usable)
  if (usable.length < 2) {
    return { name: usable.at(0)?.device.name ?? 'cpu', reason: 'It is the only usable device.' }
  }
  const fastest = (timings ?? [])
    .flatMap(({ device, msPerStep: ms }) => (ms === null ? [] : [{ device, ms }]))
    .toSorted((a, b) => a.ms - b.ms)
    .at(0)
  if (!fastest) {
    return {
      name: 'cpu',
      reason: 'A run that is long enough times each usable device and takes the fastest.',
    }
  }
  return {
    name: fastest.device,
    reason:
      'It is the fastest of those measured here; a long run times each usable device on its own screen.',
  }
}

/**
 * What a machine can do for training.
 * @param measure also times a few steps on every usable device and build, some seconds in all
 * @throws the signal's reason when cancelled
 */
export async function diagnoseMachine(
  machine: Machine,
  { measure, ...work }: LongWork & { readonly measure: boolean },
): Promise<Pick<DoctorReport, 'threads' | 'builds' | 'devices' | 'measured' | 'chosen'>> {
  work.onProgress?.(null, 'Looking for devices')
  const started = await startAll(machine.devices, null)
  const found = lookAtBuilds(machine)
  const shared = machine.sharedMemory()
  const subjects = subjectsOf(
    machine,
    found.filter(({ usable }) => usable),
    started,
  )
  const timings = measure ? await timeEach(subjects, work) : null
  return {
    threads: {
      sharedMemory: shared,
      detail: shared
        ? `Unless told otherwise, training takes as many threads as are fastest when it begins, up to ${machine.cores}.`
        : 'Threads cannot share memory here, so training takes one thread.',
    },
    builds: found,
    devices: started.map(({ device }) => device),
    measured: timings && { workload: workloadText, timings },
    chosen: chosenOf(started, timings),
  }
}
