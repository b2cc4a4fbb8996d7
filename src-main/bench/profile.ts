import { parseArgs } from 'node:util'
import { publishedAdam } from '../compute/adam'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { startState } from '../training/startState'
import { openCeiling, operationsOfStep } from './ceiling'
import { median, tableLines, wholeNumber, type Benchmark } from './benchmark'
import { modelOfShape, randomBatch, stepShapes } from '../training/stepWorkload'

/** Where the time of a training step goes, on the first of its threads. */
export interface StepProfile {
  readonly shape: keyof typeof stepShapes
  readonly threads: number
  readonly stepMs: number
  /** Median milliseconds a step in each kernel, most first; `meet` is waiting for other threads. */
  readonly kernels: readonly { readonly kernel: string; readonly milliseconds: number }[]
  /** What is spent outside kernels: copying the batch in, reading terms of the loss. */
  readonly hostMs: number
  /** Multiplications and additions of the matrix products of a step, in millions. */
  readonly megaflops: number
  /** Highest rate of this machine with 128-bit vectors on so many threads. */
  readonly peakGigaflops: number
}

const warmUp = 30
const differentBatches = 4
const bursts = 40

/** Best of some bursts, in billions of operations a second. */
function peakRate(threads: number): number {
  const ceiling = openCeiling(threads)
  const best = Math.max(...Array.from({ length: bursts }, () => ceiling.measure()))
  ceiling.close()
  return best / 1e9
}

async function profileOf(
  { shape, threads }: Pick<StepProfile, 'shape' | 'threads'>,
  steps: number,
): Promise<StepProfile> {
  const model = modelOfShape(stepShapes[shape])
  const batches = Array.from({ length: differentBatches }, (_, seed) =>
    randomBatch(stepShapes[shape], model, seed),
  )
  const times = new Map<string, number[]>()
  const add = (part: string, step: number, milliseconds: number): void => {
    const ofSteps = times.get(part) ?? new Array<number>(steps).fill(0)
    if (step >= 0) ofSteps[step] += milliseconds
    times.set(part, ofSteps)
  }
  let step = -warmUp
  const watch = (kernel: string, milliseconds: number): void => add(kernel, step, milliseconds)
  const session = fusedExecutor({ threads, watch }).open(model, startState(model, 1))
  const wholeSteps: number[] = []
  for (; step < steps; step++) {
    const start = performance.now()
    await session.step(batches[(step + warmUp) % differentBatches], 0.5, publishedAdam)
    if (step >= 0) wholeSteps.push(performance.now() - start)
  }
  session.close()
  const hostMs = wholeSteps.map((milliseconds, index) =>
    [...times.values()].reduce((rest, ofSteps) => rest - ofSteps[index], milliseconds),
  )
  return {
    shape,
    threads,
    stepMs: median(wholeSteps),
    kernels: [...times]
      .map(([kernel, ofSteps]) => ({ kernel, milliseconds: median(ofSteps) }))
      .toSorted((a, b) => b.milliseconds - a.milliseconds),
    hostMs: median(hostMs),
    megaflops: operationsOfStep(model, batches[0]) / 1e6,
    peakGigaflops: peakRate(threads),
  }
}

/** Both screens on one and two threads, with the build that this machine takes. */
async function profileSteps(steps: number): Promise<StepProfile[]> {
  const profiles: StepProfile[] = []
  for (const shape of ['norman', 'replogle'] as const) {
    for (const threads of [1, 2]) profiles.push(await profileOf({ shape, threads }, steps))
  }
  return profiles
}

/** Kernels with less than this share of a step are shown together. */
const smallShare = 0.005

function profileLines({ shape, threads, stepMs, kernels, hostMs, ...rates }: StepProfile): string[] {
  const rate = rates.megaflops / stepMs
  const isSmall = ({ milliseconds }: { milliseconds: number }): boolean => milliseconds < smallShare * stepMs
  const small = kernels.filter(isSmall).reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const parts = [
    ...kernels.filter((kernel) => !isSmall(kernel)),
    { kernel: 'other kernels', milliseconds: small },
    { kernel: 'outside kernels', milliseconds: hostMs },
  ]
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
  return [
    `${shape}, ${threads} ${threads === 1 ? 'thread' : 'threads'}: ${stepMs.toFixed(2)} ms a step,`,
    `${rate.toFixed(1)} GFLOP/s: ${percent(rate / rates.peakGigaflops)} of the highest rate of 128-bit vectors`,
    ...tableLines(
      ['kernel', 'ms', 'share'],
      parts.map(({ kernel, milliseconds }) => [
        kernel,
        milliseconds.toFixed(3),
        percent(milliseconds / stepMs),
      ]),
    ),
    '',
  ]
}

export const profile: Benchmark = {
  summary: 'Where the time of a training step goes, by kernel, on its first thread.',
  flags: '[--steps N]',
  measure: async (flags) => {
    const { values } = parseArgs({ args: [...flags], options: { steps: { type: 'string', default: '60' } } })
    const profiles = await profileSteps(wholeNumber('--steps', values.steps))
    return { figures: { profiles }, lines: profiles.flatMap(profileLines) }
  },
}
