import { parseArgs } from 'node:util'
import { publishedAdam } from '../compute/adam'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import type { KernelBuild } from '../compute/fused/kernels'
import { startState } from '../training/startState'
import { tableLines, wholeNumber, type Benchmark } from './benchmark'
import { modelOfShape, randomBatch, stepShapes } from '../training/stepWorkload'

/** Time of one training step. */
export interface StepTiming {
  readonly shape: 'norman' | 'replogle'
  readonly build: KernelBuild
  readonly threads: number
  readonly medianMs: number
  readonly bestMs: number
}

/** Steps before the clock starts: the engine compiles, caches fill. */
const warmUp = 20
const differentBatches = 4

async function timeOf(
  timing: Pick<StepTiming, 'shape' | 'build' | 'threads'>,
  steps: number,
): Promise<StepTiming> {
  const shape = stepShapes[timing.shape]
  const model = modelOfShape(shape)
  const session = fusedExecutor(timing).open(model, startState(model, 1))
  const batches = Array.from({ length: differentBatches }, (_, seed) => randomBatch(shape, model, seed))
  const times: number[] = []
  for (let step = 0; step < warmUp + steps; step++) {
    const start = performance.now()
    await session.step(batches[step % differentBatches], 0.5, publishedAdam)
    if (step >= warmUp) times.push(performance.now() - start)
  }
  session.close()
  times.sort((a, b) => a - b)
  return { ...timing, medianMs: times[Math.floor(times.length / 2)], bestMs: times[0] }
}

/** Both screens, both builds, one and two threads, one after the other. */
async function timeSteps(steps: number): Promise<StepTiming[]> {
  const timings: StepTiming[] = []
  for (const shape of ['norman', 'replogle'] as const) {
    for (const build of ['relaxed', 'plain'] as const) {
      for (const threads of [1, 2]) timings.push(await timeOf({ shape, build, threads }, steps))
    }
  }
  return timings
}

export const step: Benchmark = {
  summary: 'Milliseconds of a training step, by build and number of threads.',
  flags: '[--steps N]',
  measure: async (flags) => {
    const { values } = parseArgs({ args: [...flags], options: { steps: { type: 'string', default: '60' } } })
    const timings = await timeSteps(wholeNumber('--steps', values.steps))
    const headings = ['shape', 'build', 'threads', 'median ms', 'best ms']
    const rows = timings.map(({ shape, build, threads, medianMs, bestMs }) => [
      shape,
      build,
      String(threads),
      medianMs.toFixed(2),
      bestMs.toFixed(2),
    ])
    return { figures: { timings }, lines: tableLines(headings, rows) }
  },
}
