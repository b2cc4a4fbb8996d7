import { ShiftscopeError } from '@contract/errors'
import { computeDeviceNames, type ComputeDeviceName } from '@contract/device'
import type { ModelRecipe } from '@contract/recipe'
import { availableParallelism } from 'node:os'
import type { LongWork } from '../../screen/longWork'
import type { Executor } from '../executor'
import { startAll, type Devices, type StartedDevice } from './devices'
import { msPerStep, type StepWork } from './measure'
import { chooseThreads } from './threads'

/** Time of a step that was measured on a device. */
export interface DeviceTiming {
  readonly device: ComputeDeviceName
  /** Engine, threads, adapter: another one is another device. */
  readonly detail: string
  readonly msPerStep: number
}

/** Times that were measured before. Whatever is wrong with it, it is only measured anew. */
export interface TimingMemory {
  recall(shape: string): Promise<readonly DeviceTiming[] | null>
  keep(shape: string, timings: readonly DeviceTiming[]): Promise<void>
}

/** What is to be computed. */
export interface PlannedWork {
  /** Shapes that take about as long share a name. */
  readonly shape: string
  /** Multiplications and additions of all steps, about. */
  readonly operations: number
  /** Made only where steps are measured. */
  readonly step: () => StepWork
}

export interface DeviceChoice extends Pick<ModelRecipe, 'device' | 'threads'> {
  readonly work: PlannedWork
  /** The device that the run has been on: it stays, so that the run ends as if it had never stopped. */
  readonly begunOn: string | null
}

export interface ChosenDevice {
  readonly name: ComputeDeviceName
  readonly executor: Executor
  /** Why this one. */
  readonly reason: string
  /** What the person should know: a wish that could not be met. */
  readonly notices: readonly string[]
}

/** A run of so few operations ends on any processor before a GPU has been tried. */
const fewOperations = 1e12
/** A run of so few operations ends on one thread before numbers of threads have been tried. */
const veryFewOperations = 1e11
/** For each device that is measured. */
const measuringMs = 1500

type Usable = Extract<StartedDevice, { executor: Executor }>

function isUsable(started: StartedDevice): started is Usable {
  return started.executor !== null
}

/** "cpu: 7 ms per step, webgpu: 31 ms", fastest first. */
function inWords(timings: readonly DeviceTiming[]): string {
  return timings
    .map(({ device, msPerStep: ms }, at) => {
      const time = ms < 10 ? ms.toFixed(1) : Math.round(ms)
      return `${device}: ${time} ms${at === 0 ? ' per step' : ''}`
    })
    .join(', ')
}

function fastestFirst(timings: readonly DeviceTiming[]): DeviceTiming[] {
  return timings.toSorted((a, b) => a.msPerStep - b.msPerStep)
}

function coversAll(timings: readonly DeviceTiming[], usable: readonly Usable[]): boolean {
  return usable.every(({ device }) =>
    timings.some((timing) => timing.device === device.name && timing.detail === device.detail),
  )
}

/** Times each device in turn. One that fails is left out. */
async function measureAll(
  usable: readonly Usable[],
  work: PlannedWork,
  { signal, onProgress }: LongWork,
): Promise<DeviceTiming[]> {
  const step = work.step()
  const timings: DeviceTiming[] = []
  for (const { device, executor } of usable) {
    onProgress?.(null, `Timing a few steps on ${device.name}`)
    try {
      const ms = await msPerStep(executor, step, { budgetMs: measuringMs, signal })
      timings.push({ device: device.name, detail: device.detail, msPerStep: ms })
    } catch (error) {
      signal?.throwIfAborted()
      // The processor has no other to give way to.
      if (device.name === 'cpu') throw error
    }
  }
  return timings
}

async function requireCpu(devices: Devices, threads: number | null): Promise<Usable> {
  const started = await devices.start('cpu', threads)
  if (isUsable(started)) return started
  throw new ShiftscopeError({
    code: 'device/unusable',
    message: `The processor cannot be used. ${started.device.detail}`,
    where: 'device cpu',
    hint: 'Install a newer Node.js, or report this with the output of "shiftscope doctor".',
  })
}

async function chooseFastest(
  devices: Devices,
  { threads, work }: DeviceChoice,
  memory: TimingMemory,
  longWork: LongWork,
): Promise<Omit<ChosenDevice, 'notices'>> {
  const cpu = await requireCpu(devices, threads)
  if (work.operations < fewOperations) {
    return { name: 'cpu', executor: cpu.executor, reason: 'The run is too short for a GPU to pay.' }
  }
  const usable = (await startAll(devices, threads)).filter(isUsable)
  if (usable.length === 1) {
    return { name: 'cpu', executor: cpu.executor, reason: 'It is the only usable device.' }
  }
  const remembered = await memory.recall(work.shape)
  const known = remembered && coversAll(remembered, usable) ? remembered : null
  const timings = fastestFirst(known ?? (await measureAll(usable, work, longWork)))
  if (!known) await memory.keep(work.shape, timings)
  const fastest = usable.find(({ device }) => device.name === timings[0].device) ?? cpu
  return {
    name: fastest.device.name,
    executor: fastest.executor,
    reason: `It is the fastest here (${inWords(timings)}${known ? ', measured before' : ''}).`,
  }
}

/** Threads beyond the cores are taken, for the numbers of a run elsewhere are repeated only with as many as there. */
function threadNotices(threads: number | null, cores: number): string[] {
  if (threads === null || threads <= cores) return []
  return [
    `The run was asked to take ${threads} threads and this computer has ${cores === 1 ? 'one core' : `${cores} cores`}: ${cores === 1 ? 'one thread' : `${cores} threads`} or fewer would be faster.`,
  ]
}

/** How many threads the processor takes, and why; nothing to say where it was told or has no say. */
async function decideThreads(
  devices: Devices,
  { threads, work }: DeviceChoice,
  longWork: LongWork,
): Promise<{ threads: number | null; reason: string }> {
  if (threads !== null) return { threads, reason: '' }
  const cpu = await requireCpu(devices, null)
  const { threads: most = 1 } = cpu.executor
  if (most === 1) return { threads, reason: '' }
  if (work.operations < veryFewOperations) {
    return { threads: 1, reason: 'The run is too short for more threads to pay.' }
  }
  const start = async (count: number) => (await requireCpu(devices, count)).executor
  const chosen = await chooseThreads(start, work.step(), most, longWork)
  const times = chosen.timings.map(({ threads: count, msPerStep: ms }) => `${count}: ${ms.toFixed(1)} ms`)
  const fastest = chosen.threads === 1 ? 'One thread is' : `${chosen.threads} threads are`
  return {
    threads: chosen.threads,
    reason: `${fastest} the fastest on this machine as busy as it is now (${times.join(', ')} per step).`,
  }
}

async function chooseNamed(
  devices: Devices,
  name: ComputeDeviceName,
  threads: number | null,
  reason: string,
): Promise<ChosenDevice> {
  const { device, executor } = await devices.start(name, threads)
  if (executor) return { name, executor, reason, notices: [] }
  const cpu = await requireCpu(devices, threads)
  const notice = `The device "${name}" cannot be used, so the processor computes. ${device.detail} ${device.hint}`
  return {
    name: 'cpu',
    executor: cpu.executor,
    reason: `The device "${name}" cannot be used.`,
    notices: [notice.trim()],
  }
}

/**
 * The device to compute on. `auto` takes the fastest usable one: remembered, or measured where there is more than one.
 * How many threads the processor takes is measured each time, unless it was told: other runs may be busy on it.
 * A device that was asked for and cannot be used is replaced by the processor, and a notice says so.
 * @param cores of the processor
 * @throws ShiftscopeError `device/unusable` when not even the processor can be used; the signal's reason when cancelled
 */
export async function chooseDevice(
  devices: Devices,
  choice: DeviceChoice,
  memory: TimingMemory,
  longWork: LongWork = {},
  cores = availableParallelism(),
): Promise<ChosenDevice> {
  const { device: wanted, begunOn } = choice
  const before = computeDeviceNames.find((name) => name === begunOn)
  const named = before ?? (wanted === 'auto' ? null : wanted)
  const decided =
    named === null || named === 'cpu'
      ? await decideThreads(devices, choice, longWork)
      : { threads: choice.threads, reason: '' }
  const { threads } = decided
  const choose = async (): Promise<ChosenDevice> => {
    if (named) {
      return chooseNamed(
        devices,
        named,
        threads,
        before ? 'The run began on it.' : 'The settings name this device.',
      )
    }
    return { ...(await chooseFastest(devices, { ...choice, threads }, memory, longWork)), notices: [] }
  }
  const chosen = await choose()
  if (chosen.name !== 'cpu') return chosen
  return {
    ...chosen,
    reason: [chosen.reason, decided.reason].filter(Boolean).join(' '),
    notices: [...chosen.notices, ...threadNotices(threads, cores)],
  }
}
