import type { ModelRecipe } from '@contract/recipe'
import type { ResponseBody } from '@contract/requests'
import { publishedAdam } from '../compute/adam'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import { calmTime } from '../compute/devices/measure'
import type { Executor } from '../compute/executor'
import { sizeOf, type Model } from '../compute/model'
import { completeConfiguration, createModel } from '../models/createModel'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type PreparedScreen } from '../screen/screen'
import { BatchMaker, batchesPerEpoch, cellOrder } from './batches'
import { validationEpoch } from '../compute/noise'
import { smallestDetectableShift } from './smallestShift'
import { startState } from './startState'
import { screenSize, trainingData, type TrainingData } from './trainingData'

export type TrainingEstimate = ResponseBody<'models/estimate'>

/** Not timed: the first steps compile and allocate. */
const warmingSteps = 2
/** Steps are timed until they are so many, or so much time has passed with the fewest done. */
const mostSteps = 40
const fewestSteps = 4
const timingMs = 1500

/** Seconds of a training step and of a validation pass over one batch, on a calm machine. */
async function timeSteps(
  model: Model,
  data: TrainingData,
  configuration: ModelRecipe,
  executor: Executor,
  work: LongWork,
): Promise<{ step: number; evaluation: number }> {
  const { seed, batchSize, learningRate } = configuration
  const session = executor.open(model, startState(model, seed))
  const cells = cellOrder(data, seed, 1).subarray(0, batchSize)
  const maker = new BatchMaker(model, data, seed)
  const adam = { ...publishedAdam, learningRate }
  const [steps, evaluations]: [number[], number[]] = [[], []]
  try {
    const begun = performance.now()
    const done = () =>
      Math.min(
        1,
        Math.max(
          steps.length / mostSteps,
          Math.min((performance.now() - begun) / timingMs, steps.length / fewestSteps),
        ),
      )
    for (let index = 0; done() < 1; index++) {
      work.onProgress?.(done(), 'Timing steps of this model')
      await breathe(work)
      const started = performance.now()
      await session.step(maker.make(cells, { epoch: 1, batch: index }), 1, adam)
      const stepped = performance.now()
      await session.evaluate(maker.make(cells, { epoch: validationEpoch, batch: index }), 1)
      if (index < warmingSteps) continue
      steps.push((stepped - started) / 1000)
      evaluations.push((performance.now() - stepped) / 1000)
    }
  } finally {
    session.close()
  }
  return { step: calmTime(steps), evaluation: calmTime(evaluations) }
}

/**
 * Memory of training, bytes: the process itself, the counts, every parameter with two moments and gradient, and the
 * tensors of a batch (some twelve of cells × genes and fifty of cells × hidden).
 */
function memoryOf(
  model: Model,
  data: TrainingData,
  { batchSize, hidden }: Pick<ModelRecipe, 'batchSize' | 'hidden'>,
): number {
  const process = 150e6
  const { counts } = data
  const matrix = counts.rowStarts.byteLength + counts.geneIndices.byteLength + counts.counts.byteLength
  const parameters = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0)
  const cells = Math.min(batchSize, data.trainingCells.length)
  return Math.round(process + matrix + 4 * (5 * parameters + cells * (12 * model.genes + 50 * hidden)))
}

/**
 * Expected time and memory of a run, from a few timed steps, and what it can find. About two seconds.
 * @param given what to time on; by default the processor
 * @throws what the device throws; the signal's reason when cancelled
 */
export async function estimateTraining(
  screen: PreparedScreen,
  recipe: ModelRecipe,
  given?: Executor,
  work: LongWork = {},
): Promise<TrainingEstimate> {
  const data = trainingData(screen, recipe)
  const configuration = completeConfiguration(recipe, data.perturbations)
  const model = createModel(configuration, screenSize(data))
  const executor = given ?? (await cpuExecutor(configuration.threads))
  const { batchSize, epochs } = configuration
  const { step, evaluation } = await timeSteps(model, data, configuration, executor, work)
  const secondsPerEpoch =
    step * batchesPerEpoch(data.trainingCells.length, batchSize) +
    (evaluation * data.validationCells.length) / batchSize
  const cellsOf = new Uint32Array(data.perturbations)
  for (const cell of data.trainingCells) {
    const perturbation = data.perturbationOfCell[cell]
    if (perturbation !== controlCell) cellsOf[perturbation] += 1
  }
  return {
    secondsPerEpoch,
    seconds: secondsPerEpoch * epochs,
    memoryBytes: memoryOf(model, data, configuration),
    device: executor.detail,
    smallestShift: screen.perturbations.flatMap((perturbation, index) => {
      const cells = cellsOf[index]
      const shift = data.trained[index] ? smallestDetectableShift(configuration, cells) : null
      return shift === null ? [] : [{ perturbation, cells, shift }]
    }),
  }
}
