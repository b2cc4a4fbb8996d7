import { parseArgs } from 'node:util'
import { publishedAdam } from '../compute/adam'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import type { KernelBuild } from '../compute/fused/kernels'
import { BatchMaker, cellOrder } from '../training/batches'
import { startState } from '../training/startState'
import { median, tableLines, wholeNumber, WrongUsage, type Benchmark } from './benchmark'
import { openCeiling, operationsOfStep } from './ceiling'
import { startPyTorch } from './pytorch/peer'
import { syntheticScreen } from '../training/syntheticScreen'
import {
  modelOfShape,
  randomBatch,
  stepCells,
  stepShapes,
  type StepShapeName,
} from '../training/stepWorkload'

/** Milliseconds of one training step: making the batch (its cells and random numbers), and the step itself. */
export interface StepTimes {
  readonly batch: number
  readonly step: number
}

/** An engine that trains on a workload. */
interface Contestant {
  readonly engine: KernelBuild | 'PyTorch'
  steps(count: number): Promise<StepTimes[]>
  close(): void
}

/** Times of one engine on one workload, milliseconds. */
interface StepTiming {
  readonly shape: StepShapeName
  readonly engine: Contestant['engine']
  readonly threads: number
  /** Of the step alone. */
  readonly medianMs: number
  readonly bestMs: number
  /** Of the step and the making of its batch. */
  readonly medianWithBatchMs: number
  /** PyTorch's median over ours, both with the batch; null for PyTorch and where it is missing. */
  readonly timesAsFastAsPyTorch: number | null
  /** Multiplications and additions of the median step against the most that these threads can do; null for PyTorch. */
  readonly shareOfCeiling: number | null
}

/** The engines take turns in so many rounds, so that all see the same machine. */
const rounds = 4
/** Steps of each turn that are not counted: caches fill, threads wake. The first turn warms up for longer. */
const uncounted = 10
const warmUp = 20
const seed = 1
const screenCells = 2048
const shapeNames = ['norman', 'replogle'] as const satisfies readonly StepShapeName[]

/** @throws WrongUsage for a name that no shape has */
function shapeNamed(text: string): StepShapeName {
  const name = shapeNames.find((known) => known === text)
  if (name) return name
  throw new WrongUsage(`--shape takes ${shapeNames.join(' or ')}, not "${text}".`)
}

function ourEngine(name: StepShapeName, build: KernelBuild, threads: number): Contestant {
  const shape = stepShapes[name]
  const model = modelOfShape(shape)
  const session = fusedExecutor({ build, threads }).open(model, startState(model, seed))
  const data = syntheticScreen(shape, screenCells, seed)
  const order = cellOrder(data, seed, 1)
  const maker = new BatchMaker(model, data, seed)
  const batches = Math.floor(order.length / stepCells)
  let taken = 0
  const step = async (): Promise<StepTimes> => {
    const started = performance.now()
    const batch = taken++ % batches
    const cells = order.subarray(batch * stepCells, (batch + 1) * stepCells)
    const made = maker.make(cells, { epoch: 1, batch: taken })
    const ready = performance.now()
    await session.step(made, 0.5, publishedAdam)
    return { batch: ready - started, step: performance.now() - ready }
  }
  return {
    engine: build,
    steps: async (count) => {
      const times: StepTimes[] = []
      for (let at = 0; at < count; at++) times.push(await step())
      return times
    },
    close: () => session.close(),
  }
}

interface Race {
  readonly timings: StepTiming[]
  /** Operations a second. */
  readonly ceiling: number
  /** Version of PyTorch, or why it is not there. */
  readonly pytorch: string
  readonly hasPyTorch: boolean
}

/** Lets all engines take turns on one workload. */
async function race(shape: StepShapeName, threads: number, steps: number): Promise<Race> {
  const peer = await startPyTorch(stepShapes[shape], threads)
  const hasPyTorch = typeof peer !== 'string'
  const contestants: Contestant[] = [
    ourEngine(shape, 'relaxed', threads),
    ourEngine(shape, 'plain', threads),
    ...(hasPyTorch ? [{ ...peer, engine: 'PyTorch' as const }] : []),
  ]
  const ceiling = openCeiling(threads)
  const ceilings: number[] = []
  const times = new Map(contestants.map(({ engine }) => [engine, [] as StepTimes[]]))
  try {
    for (let round = 0; round < rounds; round++) {
      ceilings.push(ceiling.measure())
      for (const contestant of contestants) {
        await contestant.steps(round === 0 ? warmUp : uncounted)
        times.get(contestant.engine)?.push(...(await contestant.steps(Math.ceil(steps / rounds))))
      }
    }
  } finally {
    ceiling.close()
    for (const contestant of contestants) contestant.close()
  }
  const most = Math.max(...ceilings)
  const model = modelOfShape(stepShapes[shape])
  const operations = operationsOfStep(model, randomBatch(stepShapes[shape], model, seed))
  const withBatch = (engine: Contestant['engine']): number =>
    median((times.get(engine) ?? []).map(({ batch, step: ms }) => batch + ms))
  const timings = contestants.map(({ engine }): StepTiming => {
    const stepTimes = (times.get(engine) ?? []).map(({ step: ms }) => ms)
    const ours = engine !== 'PyTorch'
    return {
      shape,
      engine,
      threads,
      medianMs: median(stepTimes),
      bestMs: Math.min(...stepTimes),
      medianWithBatchMs: withBatch(engine),
      timesAsFastAsPyTorch: ours && hasPyTorch ? withBatch('PyTorch') / withBatch(engine) : null,
      shareOfCeiling: ours ? operations / (median(stepTimes) / 1000) / most : null,
    }
  })
  return { timings, ceiling: most, pytorch: hasPyTorch ? peer.version : peer, hasPyTorch }
}

function rowOf(timing: StepTiming): string[] {
  const { shape, engine, threads, medianMs, bestMs, medianWithBatchMs } = timing
  const { timesAsFastAsPyTorch: ratio, shareOfCeiling } = timing
  return [
    shape,
    String(threads),
    engine,
    medianMs.toFixed(2),
    bestMs.toFixed(2),
    medianWithBatchMs.toFixed(2),
    ratio === null ? '' : ratio.toFixed(2),
    shareOfCeiling === null ? '' : `${(100 * shareOfCeiling).toFixed(0)} %`,
  ]
}

const headings = ['shape', 'threads', 'engine', 'median', 'best', 'with batch', '× PyTorch', 'of ceiling']

/** Times of a training step, both workloads, one and two threads, both builds, beside PyTorch. */
export const step: Benchmark = {
  summary: 'Milliseconds of a training step beside PyTorch, by build and number of threads.',
  flags: '[--steps N] [--shape norman|replogle] [--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({
      args: [...flags],
      options: {
        steps: { type: 'string', default: '120' },
        shape: { type: 'string' },
        threads: { type: 'string' },
      },
    })
    const steps = wholeNumber('--steps', values.steps)
    const shapes = values.shape === undefined ? shapeNames : [shapeNamed(values.shape)]
    const threads = values.threads === undefined ? [1, 2] : [wholeNumber('--threads', values.threads)]
    const races: Race[] = []
    for (const shape of shapes) {
      for (const count of threads) races.push(await race(shape, count, steps))
    }
    const timings = races.flatMap((one) => one.timings)
    const ceilings = races.map(({ ceiling, timings: [{ shape, threads }] }) => ({
      shape,
      threads,
      gigaflops: ceiling / 1e9,
    }))
    const [{ pytorch, hasPyTorch }] = races
    return {
      figures: { timings, ceilings, pytorch: hasPyTorch ? pytorch : null },
      lines: [
        ...tableLines(headings, timings.map(rowOf)),
        '',
        'Milliseconds; the engines took turns. "× PyTorch" compares medians with the making of the batch.',
        '"of ceiling" counts what is multiplied: nothing for counts of zero and for the half of units that a ReLU cuts.',
        `Ceiling of 128-bit multiply-add: ${ceilings
          .map(({ shape, threads, gigaflops }) => `${gigaflops.toFixed(0)} GFLOP/s (${shape}, ${threads})`)
          .join(', ')}.`,
        hasPyTorch ? `PyTorch ${pytorch}.` : `PyTorch was not timed: ${pytorch}`,
      ],
    }
  },
}
