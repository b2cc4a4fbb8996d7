import { parseArgs } from 'node:util'
import { publishedAdam } from '../compute/adam'
import type { Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { importanceWeightedLikelihood } from '../evaluation/importanceWeightedLikelihood'
import { startState } from '../training/startState'
import { modelOfShape, randomBatch, stepShapes } from '../training/stepWorkload'
import { operationsOfParticle, operationsOfStep } from './ceiling'
import { median, tableLines, wholeNumber, type Benchmark } from './benchmark'

const warmUp = 20
const steps = 60
const differentBatches = 4

interface IwelboTiming {
  readonly shape: 'norman' | 'replogle'
  readonly threads: number
  readonly particles: number
  readonly particlesPerSecond: number
  /** Products of matrices, floating-point operations a second. */
  readonly gigaflops: number
  /** Against a training step in the same run. */
  readonly shareOfTraining: number
  /** Of the process after the evaluation. */
  readonly megabytes: number
}

/** Floating-point operations a second of training steps. */
async function trainingSpeed(
  session: Session,
  shape: (typeof stepShapes)[keyof typeof stepShapes],
): Promise<number> {
  const { model } = session
  const batches = Array.from({ length: differentBatches }, (_, seed) => randomBatch(shape, model, seed))
  const speeds: number[] = []
  for (let step = 0; step < warmUp + steps; step++) {
    const batch = batches[step % differentBatches]
    const start = performance.now()
    await session.step(batch, 0.5, publishedAdam)
    const seconds = (performance.now() - start) / 1000
    if (step >= warmUp) speeds.push(operationsOfStep(model, batch) / seconds)
  }
  return median(speeds)
}

async function timeShape(
  shape: 'norman' | 'replogle',
  threads: number,
  cells: number,
): Promise<IwelboTiming[]> {
  const model = modelOfShape(stepShapes[shape])
  const session = fusedExecutor({ threads }).open(model, startState(model, 1))
  const training = await trainingSpeed(session, stepShapes[shape])
  const { counts, covariates } = randomBatch(stepShapes[shape], model, 1)
  const perturbationOfCell = Int32Array.from({ length: counts.cells }, (_, cell) => cell)
  const evaluate = (particles: number) =>
    importanceWeightedLikelihood(
      session,
      {
        ...{ counts, covariates, perturbationOfCell },
        cells: Uint32Array.from({ length: cells }, (_, cell) => cell % counts.cells),
      },
      { particles, seed: 1 },
    )
  await evaluate(100)
  const timings: IwelboTiming[] = []
  for (const particles of [500, 5000]) {
    const start = performance.now()
    await evaluate(particles)
    const particlesPerSecond = (cells * particles * 1000) / (performance.now() - start)
    const speed = particlesPerSecond * operationsOfParticle(model)
    timings.push({
      ...{ shape, threads, particles, particlesPerSecond },
      gigaflops: speed / 1e9,
      shareOfTraining: speed / training,
      megabytes: process.memoryUsage.rss() / 2 ** 20,
    })
  }
  session.close()
  return timings
}

export const iwelbo: Benchmark = {
  summary: 'Particles a second of the importance-weighted likelihood, beside the speed of training; memory.',
  flags: '[--cells N] [--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({
      args: [...flags],
      options: { cells: { type: 'string', default: '32' }, threads: { type: 'string' } },
    })
    const cells = wholeNumber('--cells', values.cells)
    const timings: IwelboTiming[] = []
    for (const shape of ['norman', 'replogle'] as const) {
      for (const threads of values.threads ? [wholeNumber('--threads', values.threads)] : [1, 2]) {
        timings.push(...(await timeShape(shape, threads, cells)))
      }
    }
    const rows = timings.map((timing) => [
      timing.shape,
      String(timing.threads),
      String(timing.particles),
      timing.particlesPerSecond.toFixed(0),
      timing.gigaflops.toFixed(1),
      `${(100 * timing.shareOfTraining).toFixed(0)} %`,
      timing.megabytes.toFixed(0),
    ])
    const headings = ['shape', 'threads', 'particles', 'a second', 'GFLOP/s', 'of training', 'MB']
    return { figures: { cells, timings }, lines: tableLines(headings, rows) }
  },
}
