import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { encodeCheckpoint } from '../training/checkpoint'
import { configurationOfShape, type StepShape } from '../training/stepWorkload'
import { syntheticScreen } from '../training/syntheticScreen'
import { train } from '../training/train'

/** Where the time of an epoch goes, seconds. */
export interface EpochTiming {
  /** All of it: order of cells, batches, noise, steps, validation, history, checkpoints. */
  readonly seconds: number
  readonly steps: number
  /** Sum over its steps. */
  readonly stepSeconds: number
  readonly evaluationSeconds: number
}

export interface TimedTraining {
  readonly cells: number
  readonly threads: number
  /** Bytes of the prepared counts. */
  readonly countBytes: number
  /** Seconds in which the screen was made, before training. */
  readonly makingSeconds: number
  /** Seconds in which threads started and took the values, once in a run. */
  readonly openingSeconds: number
  readonly epochs: readonly EpochTiming[]
  /** Largest resident memory of this process, bytes. */
  readonly peakMemoryBytes: number
}

const seed = 1

async function timed<Result>(work: () => Promise<Result>, add: (seconds: number) => void): Promise<Result> {
  const started = performance.now()
  const result = await work()
  add((performance.now() - started) / 1000)
  return result
}

/** Trains on a synthetic screen through the loop that trains real ones. */
export async function trainTimed(
  shape: StepShape,
  { cells, epochs, threads }: { cells: number; epochs: number; threads: number | undefined },
): Promise<TimedTraining> {
  const making = performance.now()
  const data = syntheticScreen(shape, cells, seed)
  const makingSeconds = (performance.now() - making) / 1000
  const executor = fusedExecutor({ threads })
  const timings: EpochTiming[] = []
  let [steps, stepSeconds, evaluationSeconds] = [0, 0, 0]
  const opening = performance.now()
  let [begun, openingSeconds] = [opening, 0]
  await train({
    data,
    configuration: configurationOfShape(shape, { epochs, seed, patience: null }),
    executor: {
      ...executor,
      open: (model, state) => {
        const session = executor.open(model, state)
        const [step, evaluate] = [session.step.bind(session), session.evaluate.bind(session)]
        session.step = (...batch) => {
          steps += 1
          return timed(
            () => step(...batch),
            (seconds) => (stepSeconds += seconds),
          )
        }
        session.evaluate = (...batch) =>
          timed(
            () => evaluate(...batch),
            (seconds) => (evaluationSeconds += seconds),
          )
        return session
      },
    },
    onStart: () => {
      begun = performance.now()
      openingSeconds = (begun - opening) / 1000
      return Promise.resolve()
    },
    onEpoch: () => {
      timings.push({ seconds: (performance.now() - begun) / 1000, steps, stepSeconds, evaluationSeconds })
      ;[steps, stepSeconds, evaluationSeconds] = [0, 0, 0]
      begun = performance.now()
    },
    onCheckpoint: (checkpoint) => {
      encodeCheckpoint(checkpoint)
      return Promise.resolve()
    },
    secondsBetweenCheckpoints: 20,
  })
  const { rowStarts, geneIndices, counts } = data.counts
  return {
    cells,
    threads: executor.threads,
    countBytes: rowStarts.byteLength + geneIndices.byteLength + counts.byteLength,
    makingSeconds,
    openingSeconds,
    epochs: timings,
    // The system counts in KiB.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}
