import { ShiftscopeError } from '@contract/errors'
import { someCells } from '../compute/cellRows'
import type { ObservedCells, ParticleRequest, Session } from '../compute/executor'
import type { Mechanisms, Model } from '../compute/model'
import { LogMeanExp } from '../numerics/logMeanExp'
import { controlCell } from '../screen/screen'
import { breathe, type LongWork } from '../screen/longWork'

/** As in the paper. */
export const defaultParticles = 5000

/** Cells that are handed to the executor at a time. */
const cellsAtATime = 64
/** Milliseconds between two looks for a cancellation. */
const patience = 50

export interface EvaluatedCells extends ObservedCells {
  /** Index of the perturbation of each cell of the screen, or `controlCell`. */
  readonly perturbationOfCell: ArrayLike<number>
  /** As `partsOfPerturbations`; needed for a model that adds parts. */
  readonly parts?: readonly (readonly number[])[]
  /** The cells to evaluate, rows of the screen. */
  readonly cells: Uint32Array
}

export interface ImportanceWeightingOptions extends LongWork {
  /** Draws of the latents of each cell; 5,000 unless told otherwise. */
  readonly particles?: number
  readonly seed: number
}

/** A figure in nats with the error that comes from drawing particles; NaN with one particle. */
export interface Estimate {
  readonly value: number
  readonly standardError: number
}

export interface PerturbationLikelihood {
  /** Index of the perturbation, or `controlCell`. */
  readonly perturbation: number
  readonly cells: number
  /** Mean over its cells. */
  readonly mean: Estimate
}

/**
 * Log-likelihoods in nats, higher is better; the interventional negative log-likelihood of the paper's tables is the
 * negative.
 */
export interface ImportanceWeightedLikelihood {
  readonly particles: number
  /** Of each cell, in the order in which the cells were given. */
  readonly logLikelihood: Float64Array
  readonly standardError: Float64Array
  /** How many equal weights would say as much as the particles of the cell. Small numbers warn of a coarse estimate. */
  readonly effectiveSampleSize: Float64Array
  /** Sum over cells (as equation 18 of the paper reads). */
  readonly sumOverCells: Estimate
  /** By index; the control cells, if any, come first. */
  readonly perPerturbation: readonly PerturbationLikelihood[]
  /** Mean over perturbations of the means over their cells (as the published code scores); controls count as one. */
  readonly meanOverPerturbations: Estimate
}

/** Prior of the latents of some cells: content latents have no shift, whatever stands for their edges. */
function priorsOf(
  mechanisms: Mechanisms | null,
  perturbations: ArrayLike<number>,
  { latents, shiftedLatents }: Pick<Model, 'latents' | 'shiftedLatents'>,
): Pick<ParticleRequest, 'shifts' | 'edgeLogits'> {
  const shifts = new Float32Array(perturbations.length * latents)
  // A model that knows of no perturbations has the prior N(0, 1).
  if (!mechanisms) return { shifts, edgeLogits: null }
  const { probability, shift } = mechanisms
  const edgeLogits = probability && new Float32Array(shifts.length)
  for (let cell = 0; cell < perturbations.length; cell++) {
    if (perturbations[cell] === controlCell) continue
    const from = perturbations[cell] * shiftedLatents
    shifts.set(shift.subarray(from, from + shiftedLatents), cell * latents)
    if (!probability || !edgeLogits) continue
    const logits = probability.subarray(from, from + shiftedLatents).map((q) => Math.log(q) - Math.log1p(-q))
    edgeLogits.set(logits, cell * latents)
  }
  return { shifts, edgeLogits }
}

/** A mean or sum of independent estimates. */
function combined(estimates: readonly Estimate[], weight: number): Estimate {
  const variance = estimates.reduce((sum, { standardError }) => sum + standardError ** 2, 0)
  return {
    value: weight * estimates.reduce((sum, { value }) => sum + value, 0),
    standardError: weight * Math.sqrt(variance),
  }
}

function byPerturbation(
  { perturbationOfCell, cells }: EvaluatedCells,
  ofCells: readonly Estimate[],
): PerturbationLikelihood[] {
  const groups = new Map<number, Estimate[]>()
  cells.forEach((cell, index) => {
    const perturbation = perturbationOfCell[cell]
    const group = groups.get(perturbation)
    if (group) group.push(ofCells[index])
    else groups.set(perturbation, [ofCells[index]])
  })
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([perturbation, group]) => ({
      perturbation,
      cells: group.length,
      mean: combined(group, 1 / group.length),
    }))
}

function requireSense(model: Model, cells: number, particles: number): void {
  if (!model.posterior) {
    throw new ShiftscopeError({
      code: 'evaluation/unsupportedModel',
      message: `The importance-weighted likelihood is not available for this form of ${model.name}.`,
      where: 'model',
      hint: 'Train the form whose shifts are prior means.',
    })
  }
  if (cells === 0) {
    throw new ShiftscopeError({
      code: 'evaluation/noCells',
      message: 'There are no cells to evaluate.',
      where: 'cells',
      hint: 'Choose perturbations of which the screen has cells.',
    })
  }
  if (!Number.isInteger(particles) || particles < 1) {
    throw new ShiftscopeError({
      code: 'evaluation/particles',
      message: `The number of particles must be a whole number of at least 1, not ${particles}.`,
      where: 'particles',
      hint: `Leave it at ${defaultParticles}, as in the paper, or choose fewer for a quick look.`,
    })
  }
}

/** The prior of a sum of shifts, each with an edge of its own, is none that particles can be weighed under. */
function requireOneShift(
  { name, addsParts }: Model,
  { perturbationOfCell, parts, cells }: EvaluatedCells,
): void {
  if (!addsParts) return
  const carriesOne = (perturbation: number): boolean =>
    perturbation === controlCell || parts?.[perturbation]?.length === 1
  if (cells.every((cell) => carriesOne(perturbationOfCell[cell]))) return
  throw new ShiftscopeError({
    code: 'evaluation/combinations',
    message: `The importance-weighted likelihood of ${name} is not available for cells whose shifts are the sum of several.`,
    where: 'cells',
    hint: 'Leave out combinations whose parts also occur alone.',
  })
}

function requireFinite(logMean: number, cell: number): void {
  if (Number.isFinite(logMean)) return
  throw new ShiftscopeError({
    code: 'evaluation/likelihoodNotFinite',
    message: `The likelihood of cell ${cell + 1} is not a number.`,
    where: 'cells',
    hint: 'Train the model again; if this happens again, lower the learning rate.',
  })
}

/**
 * Importance-weighted log-likelihood of cells given their perturbations (Burda et al. 2016; equation 18 of the paper):
 *
 *   log (1/S) Σ_s p(x | z_s) p(z_s | a) / q(z_s | x),  z_s ~ q(z | x)
 *
 * given their covariates too, where the model has some, with the edges of the prior drawn anew for each particle. Memory does not grow with the number of particles. Draws
 * depend on the seed and on a cell's place in the screen alone: evaluating other cells too changes nothing.
 * @throws ShiftscopeError `evaluation/unsupportedModel`, `evaluation/noCells`, `evaluation/particles`,
 *   `evaluation/combinations`, `evaluation/likelihoodNotFinite`; the signal's reason when cancelled
 */
export async function importanceWeightedLikelihood(
  session: Session,
  data: EvaluatedCells,
  options: ImportanceWeightingOptions,
): Promise<ImportanceWeightedLikelihood> {
  const { particles = defaultParticles, seed } = options
  const { cells, perturbationOfCell } = data
  const { model } = session
  requireSense(model, cells.length, particles)
  requireOneShift(model, data)
  const mechanisms = model.mechanisms(await session.parameters(model.mechanismTensors))
  const means = Array.from(cells, () => new LogMeanExp())
  let lastLook = -Infinity
  let weighed = 0
  for (let first = 0; first < cells.length; first += cellsAtATime) {
    const part = cells.subarray(first, first + cellsAtATime)
    const perturbations = Array.from(part, (cell) => perturbationOfCell[cell])
    const blocks = session.logWeights({
      ...someCells(data, part),
      ...priorsOf(mechanisms, perturbations, model),
      particles,
      noise: { kind: 'drawn', seed, streams: part },
    })
    for await (const { cell, logWeights } of blocks) {
      means[first + cell].add(logWeights)
      weighed += logWeights.length
      if (performance.now() - lastLook < patience) continue
      options.onProgress?.(weighed / (cells.length * particles), 'Weighing draws of the latents of each cell')
      await breathe(options)
      lastLook = performance.now()
    }
  }
  const results = means.map((mean) => mean.result())
  results.forEach(({ logMean }, index) => requireFinite(logMean, cells[index]))
  const ofCells = results.map(({ logMean, standardError }) => ({ value: logMean, standardError }))
  const perPerturbation = byPerturbation(data, ofCells)
  return {
    particles,
    logLikelihood: Float64Array.from(ofCells, ({ value }) => value),
    standardError: Float64Array.from(ofCells, ({ standardError }) => standardError),
    effectiveSampleSize: Float64Array.from(results, ({ effectiveSampleSize }) => effectiveSampleSize),
    sumOverCells: combined(ofCells, 1),
    perPerturbation,
    meanOverPerturbations: combined(
      perPerturbation.map(({ mean }) => mean),
      1 / perPerturbation.length,
    ),
  }
}
