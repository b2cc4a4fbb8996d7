import { ShiftscopeError } from '@contract/errors'
import type { AdamSettings } from '../compute/adam'
import { someCells } from '../compute/cellRows'
import { singlePerturbations } from '../compute/design'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import type { Batch, Executor, ModelState, Session } from '../compute/executor'
import type { Model } from '../compute/model'
import type { LabelledLatents } from '../formats/exports/latentTable'
import {
  foldedParameters,
  refinedLogVarianceTensor,
  refinedMeanTensor,
  refinement,
  refinementState,
  type RefinementStart,
} from '../models/refinement'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type PreparedScreen } from '../screen/screen'
import type { Checkpoint } from '../training/checkpoint'
import { phaseAfter } from '../training/phases'
import { learntPerturbations, trainingData, type TrainingData } from '../training/trainingData'
import { splitLatents } from './splitLatents'

/** Steps for each cell: 20 bring half of the gain, 60 most of it. */
const refinementSteps = 60
const adam: AdamSettings = { learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
/** Cells that are refined together. */
const cellsAtOnce = 512
/** Steps between two looks for a cancellation. */
const patience = 10

/**
 * Means of q(z | x, a) of the latents that perturbations may shift. Cells of whose perturbation the model learnt nothing are not refined and have their encoder
 * means.
 */
export interface RefinedLatents extends LabelledLatents {
  /** Negative ELBO of the refined cells before and after, nats per cell, each with one draw. */
  readonly negativeElbo: { readonly before: number; readonly after: number }
}

/** Prior mean of each cell, q · shift summed over what it carries, and 0 for content latents; null for cells without a prior. */
type PriorOf = (cell: number) => Float32Array | null

function priorOfCells(model: Model, state: ModelState, data: TrainingData): PriorOf {
  const mechanisms = model.mechanisms(state.parameters)
  const learnt = learntPerturbations(model, data)
  const { latents, shiftedLatents } = model
  return (cell) => {
    const perturbation = data.perturbationOfCell[cell]
    const mean = new Float32Array(latents)
    if (perturbation === controlCell || !mechanisms) return mean
    const rows = model.addsParts ? data.parts[perturbation] : [perturbation]
    if (!rows.every((row) => learnt[row])) return null
    const { probability, shift } = mechanisms
    for (const row of rows) {
      for (let latent = 0; latent < shiftedLatents; latent++) {
        const at = row * shiftedLatents + latent
        mean[latent] += (probability ? probability[at] : 1) * shift[at]
      }
    }
    return mean
  }
}

/** The state whose mean head gives log-variances: encoders are read by their mean. */
function withVarianceHead(state: ModelState): ModelState {
  const { parameters } = state
  return {
    ...state,
    parameters: {
      ...parameters,
      'encoder.mean.weight': parameters['encoder.logVariance.weight'],
      'encoder.mean.bias': parameters['encoder.logVariance.bias'],
    },
  }
}

interface Refining {
  readonly executor: Executor
  readonly model: Model
  readonly state: ModelState
  readonly data: TrainingData
  readonly seed: number
}

/** Refines some cells together. @param index of this group of cells: draws depend on it */
async function refineTogether(
  { executor, model, state, data, seed }: Refining,
  cells: Uint32Array,
  index: number,
  start: RefinementStart,
  onStep: (step: number) => Promise<void>,
): Promise<{ means: Float32Array; before: number; after: number }> {
  const refined = refinement(model, cells.length)
  const session = executor.open(refined, refinementState(refined, foldedParameters(state), start))
  const observed = someCells(data, cells)
  const design = singlePerturbations(Uint32Array.from(cells.keys()))
  const batch = (step: number): Batch => {
    const position = { seed, epoch: step, batch: index }
    return { ...observed, design, noise: { kind: 'drawn', position } }
  }
  try {
    const before = await session.evaluate(batch(0), 1)
    for (let step = 1; step <= refinementSteps; step++) {
      const { loss } = await session.step(batch(step), 1, adam)
      if (!Number.isFinite(loss)) throw notFinite(step)
      await onStep(step)
    }
    const after = await session.evaluate(batch(0), 1)
    const { parameters } = await session.state()
    if (parameters[refinedLogVarianceTensor].some(Number.isNaN)) throw notFinite(refinementSteps)
    return { means: parameters[refinedMeanTensor], before: before.loss, after: after.loss }
  } finally {
    session.close()
  }
}

function notFinite(step: number): ShiftscopeError {
  return new ShiftscopeError({
    code: 'refinement/notFinite',
    message: `The refinement of latents gave a loss that is not a number in step ${step}.`,
    hint: 'Export without refinement, or train the model again with a lower learning rate.',
  })
}

/** Encoder means or log-variances of some cells, those of all of them one after the other. */
async function encoded(session: Session, data: TrainingData, cells: Uint32Array): Promise<Float32Array> {
  return session.encode(someCells(data, cells))
}

/**
 * Optimises mean m and variance v of every cell's latents under the frozen decoder and the prior of the cell's own
 * perturbation (Adam, step size 0.02, 60 steps from what the encoder says):
 *
 *   -E log p(x | z) + KL(N(m, v) ‖ N(Σ q · shift, 1)),  z ~ N(m, v)
 *
 * with edge probabilities q (content latents, which are optimised too, have prior mean 0): its derivatives are those of the divergence averaged over the mask. This is q(z | x, a): it
 * **uses the label** of each cell, so that differences between perturbations are partly put in by the model; it must not
 * be used where a label is unknown or to be predicted. Cells of perturbations that the model learnt nothing of (held-out
 * ones) keep their encoder means.
 * @throws ShiftscopeError `refinement/unsupportedModel`, `refinement/notFinite`; the signal's reason when cancelled
 */
export async function refineLatents(
  { configuration, size, stage, progress, state }: Checkpoint,
  screen: PreparedScreen,
  options: LongWork & { readonly executor?: Executor } = {},
): Promise<RefinedLatents> {
  const { model } = phaseAfter(configuration, size, progress.epoch, stage)
  if (!model.posterior) {
    throw new ShiftscopeError({
      code: 'refinement/unsupportedModel',
      message: `Latents of this form of ${model.name} cannot be refined: its encoder is given the label already.`,
      where: 'model',
      hint: 'Export without refinement.',
    })
  }
  const executor = options.executor ?? (await cpuExecutor(configuration.threads))
  const data = trainingData(screen, configuration)
  const priorOf = priorOfCells(model, state, data)
  const refining = { executor, model, state, data, seed: configuration.seed }
  const { latents } = model
  const means = new Float32Array(screen.counts.cells * latents)
  const refined: boolean[] = []
  let [before, after] = [0, 0]
  const encoder = executor.open(model, state)
  const spread = executor.open(model, withVarianceHead(state))
  try {
    for (let first = 0, index = 0; first < screen.counts.cells; first += cellsAtOnce, index++) {
      await breathe(options)
      const end = Math.min(screen.counts.cells, first + cellsAtOnce)
      const cells = Uint32Array.from({ length: end - first }, (_, row) => first + row)
      means.set(await encoded(encoder, data, cells), first * latents)
      const priors = Array.from(cells, priorOf)
      refined.push(...priors.map((prior) => prior !== null))
      const chosen = cells.filter((_, row) => priors[row] !== null)
      if (chosen.length === 0) continue
      const priorMean = new Float32Array(chosen.length * latents)
      priors.filter((prior) => prior !== null).forEach((prior, row) => priorMean.set(prior, row * latents))
      const start = {
        mean: await encoded(encoder, data, chosen),
        logVariance: await encoded(spread, data, chosen),
        priorMean,
      }
      const found = await refineTogether(refining, chosen, index, start, async (step) => {
        if (step % patience !== 0) return
        const done = first + ((end - first) * step) / refinementSteps
        options.onProgress?.(done / screen.counts.cells, 'Refining the latents of each cell with its label')
        await breathe(options)
      })
      chosen.forEach((cell, row) =>
        means.set(found.means.subarray(row * latents, (row + 1) * latents), cell * latents),
      )
      before += found.before
      after += found.after
    }
  } finally {
    encoder.close()
    spread.close()
  }
  const cells = refined.filter(Boolean).length
  return {
    means: splitLatents(means, model).shifted,
    refined,
    negativeElbo: { before: before / cells, after: after / cells },
  }
}
