import { parseArgs } from 'node:util'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { someCells } from '../compute/cellRows'
import { geneScores } from '../interpretation/geneScores'
import { defaultAttribution } from '../interpretation/integratedGradients'
import { startState } from '../training/startState'
import { modelOfShape, randomBatch, stepShapes } from '../training/stepWorkload'
import { tableLines, wholeNumber, type Benchmark } from './benchmark'

const cells = 1000
const steps = 50

interface GradientTiming {
  readonly path: 'counts' | 'logCounts'
  readonly threads: number
  readonly seconds: number
}

/** Gene scores of 50 latents over 1,000 cells at 50 points on each path, 3,000 genes. */
async function timeGradients(threads: number): Promise<GradientTiming[]> {
  const shape = stepShapes.norman
  const model = modelOfShape(shape)
  const batch = randomBatch(shape, model, 1)
  const many = someCells(
    batch,
    Uint32Array.from({ length: cells }, (_, cell) => cell % batch.counts.cells),
  )
  const session = fusedExecutor({ threads }).open(model, startState(model, 1))
  const all = Uint32Array.from({ length: cells }, (_, cell) => cell)
  const timings: GradientTiming[] = []
  // Not timed: the engine compiles.
  await geneScores(session, many, all.subarray(0, 20), 1, {}, { ...defaultAttribution, steps })
  for (const path of ['logCounts', 'counts'] as const) {
    const start = performance.now()
    await geneScores(session, many, all, 1, {}, { path, rule: 'midpoint', steps })
    timings.push({ path, threads, seconds: (performance.now() - start) / 1000 })
  }
  session.close()
  return timings
}

export const gradients: Benchmark = {
  summary: 'Seconds for the integrated gradients of 50 latents: 1,000 cells, 50 steps, 3,000 genes.',
  flags: '[--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({ args: [...flags], options: { threads: { type: 'string' } } })
    const threads = values.threads ? [wholeNumber('--threads', values.threads)] : [1, 2]
    const timings: GradientTiming[] = []
    for (const some of threads) timings.push(...(await timeGradients(some)))
    const rows = timings.map((timing) => [timing.path, String(timing.threads), timing.seconds.toFixed(2)])
    return { figures: { cells, steps, timings }, lines: tableLines(['path', 'threads', 'seconds'], rows) }
  },
}
