import { parseArgs } from 'node:util'
import { publishedAdam } from '../compute/adam'
import { someCells } from '../compute/cellRows'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { BatchMaker, cellOrder } from '../training/batches'
import { validationEpoch } from '../compute/noise'
import { startState } from '../training/startState'
import { modelOfShape, stepCells, stepShapes, type StepShapeName } from '../training/stepWorkload'
import { syntheticScreen } from '../training/syntheticScreen'
import { median, tableLines, wholeNumber, type Benchmark } from './benchmark'

/**
 * What is timed: a training step, the part of it before the way back (which has the gradients of the likelihood in it),
 * the evaluation of a validation batch, and the encoding of cells.
 */
const parts = ['step', 'forward part', 'evaluation', 'encoding'] as const
type Part = (typeof parts)[number]

/** The time of a part, batches made beforehand. */
interface ForwardTiming {
  readonly shape: StepShapeName
  readonly threads: number
  readonly part: Part
  /** Median milliseconds for the cells of a batch. */
  readonly batchMs: number
  readonly cellsPerSecond: number
  readonly shareOfStep: number
}

const shapeNames = ['norman', 'replogle'] as const satisfies readonly StepShapeName[]
/** The parts take turns in so many rounds, of which the first ones are not counted: the engine compiles. */
const rounds = 10
const uncounted = 2
const seed = 1
/** Cells that are encoded in a call. */
const encodedAtOnce = 8 * stepCells

async function timeShape(shape: StepShapeName, threads: number, cells: number): Promise<ForwardTiming[]> {
  const model = modelOfShape(stepShapes[shape])
  const data = syntheticScreen(stepShapes[shape], cells, seed)
  const session = fusedExecutor({ threads }).open(model, startState(model, seed))
  const maker = new BatchMaker(model, data, seed)
  const order = cellOrder(data, seed, 1)
  const times = new Map<Part, number[]>(parts.map((part) => [part, []]))
  /** Times what is done with so many cells at a time. */
  const time = async (
    part: Part,
    atOnce: number,
    prepare: (cells: Uint32Array, at: number) => () => Promise<unknown>,
  ) => {
    for (let first = 0; first + atOnce <= order.length; first += atOnce) {
      const run = prepare(order.subarray(first, first + atOnce), first / atOnce)
      const started = performance.now()
      await run()
      times.get(part)?.push(((performance.now() - started) * stepCells) / atOnce)
    }
  }
  const step = (klWeight: number) => (some: Uint32Array, batch: number) => {
    const made = maker.make(some, { epoch: 1, batch })
    return () => session.step(made, klWeight, publishedAdam)
  }
  for (let round = 0; round < rounds; round++) {
    if (round === uncounted) for (const part of parts) times.set(part, [])
    await time('step', stepCells, step(0.5))
    // Where the loss is no number a step ends before its way back.
    await time('forward part', stepCells, step(NaN))
    await time('evaluation', stepCells, (some, batch) => {
      const made = maker.make(some, { epoch: validationEpoch, batch })
      return () => session.evaluate(made, 1)
    })
    await time('encoding', encodedAtOnce, (some) => {
      const taken = someCells(data, some)
      return () => session.encode(taken)
    })
  }
  session.close()
  const medians = new Map([...times].map(([part, all]) => [part, median(all)]))
  const ofStep = medians.get('step') ?? NaN
  return [...medians].map(([part, batchMs]) => ({
    ...{ shape, threads, part, batchMs },
    cellsPerSecond: (1000 * stepCells) / batchMs,
    shareOfStep: batchMs / ofStep,
  }))
}

/** Forward passes alone beside training steps, for both screens of the paper. */
export const forward: Benchmark = {
  summary:
    'Cells a second that are encoded and evaluated, beside training steps and the forward part of them.',
  flags: '[--cells N] [--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({
      args: [...flags],
      options: { cells: { type: 'string', default: '2560' }, threads: { type: 'string' } },
    })
    const cells = wholeNumber('--cells', values.cells)
    const timings: ForwardTiming[] = []
    for (const shape of shapeNames) {
      for (const threads of values.threads ? [wholeNumber('--threads', values.threads)] : [1, 2]) {
        timings.push(...(await timeShape(shape, threads, cells)))
      }
    }
    const rows = timings.map(({ shape, threads, part, batchMs, cellsPerSecond, shareOfStep }) => [
      `${shape} ${threads}`,
      part,
      batchMs.toFixed(2),
      cellsPerSecond.toFixed(0),
      `${(100 * shareOfStep).toFixed(0)} %`,
    ])
    return {
      figures: { cells, timings },
      lines: [
        ...tableLines(['shape, threads', 'part', 'ms', 'cells a second', 'of a step'], rows),
        '',
        `Milliseconds for ${stepCells} cells, batches made beforehand. Validation of a ninth as many cells as are trained on takes a ninth of its share.`,
      ],
    }
  },
}
