import { negativeBinomial } from '../numerics/negativeBinomial'
import { largestEigenpairsOfProducts } from '../numerics/eigen'
import { zeroMatrix } from '../numerics/matrix'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type Screen } from '../screen/screen'
import { requirePerturbations } from './checks'

type LabelledCounts = Pick<Screen, 'counts' | 'perturbations' | 'perturbationOfCell'>

/** Bounds of the inverse dispersion: nearly free of mean, and nearly Poisson. */
const smallestInverseDispersion = 1e-3
const largestInverseDispersion = 1e4
const cellsBetweenBreaths = 1024

/**
 * A simple model of counts: x of a cell and gene is negative binomial with mean library × frequency and the gene's
 * inverse dispersion; the library is the cell's total count, as for the deep models.
 */
export interface MeanBaseline {
  /** Frequencies of genes for cells of a perturbation, or of control; each sums to one. */
  readonly frequenciesOf: (perturbation: number) => Float64Array
  /** θ of each gene (variance μ + μ²/θ). */
  readonly inverseDispersion: Float64Array
}

export type MeanBaselineKind = 'control mean' | 'perturbation mean' | 'linear'

/**
 * Fits a simple row to compare models with.
 *
 * - `control mean`: frequencies of the pooled control cells (all training cells in a screen without) for every cell.
 * - `perturbation mean`: frequencies of the pooled cells of each perturbation in `fitCells`, with the control mean as a
 *   prior worth one cell of mean depth; the control mean for a perturbation without cells there.
 * - `linear`: log frequencies are those of control plus a combination of `components` principal components of the
 *   training perturbations' log ratios to control (perturbation means, not centred). The coefficients of a perturbation
 *   are the projection of its own mean in `fitCells`: the directions are frozen, shifts are fitted, as in the transfer
 *   protocol.
 *
 * θ of a gene is by moments over the training cells: Σ μ² / Σ ((x − μ)² − μ), between 1e-3 and 1e4, with the frequencies
 * that the row gives to these cells.
 * @param trainingCells what everything shared is fitted to
 * @param fitCells cells from which the means of single perturbations may be taken: the training cells, and those on
 *   which a model fits the shifts of held-out perturbations
 * @param components of `linear`: as many as the model it stands beside has latents
 * @throws ShiftscopeError `evaluation/fewPerturbations` for `linear`; the signal's reason when cancelled
 */
export async function fitMeanBaseline(
  kind: MeanBaselineKind,
  screen: LabelledCounts,
  trainingCells: Uint32Array,
  fitCells: Uint32Array,
  components: number,
  work: LongWork = {},
): Promise<MeanBaseline> {
  const controls = trainingCells.filter((cell) => screen.perturbationOfCell[cell] === controlCell)
  const reference = pooled(screen, controls.length > 0 ? controls : trainingCells, null)
  const ofPerturbation = (cells: Uint32Array) => {
    const own = screen.perturbations.map(() => new Array<number>())
    for (const cell of cells) {
      const perturbation = screen.perturbationOfCell[cell]
      if (perturbation !== controlCell) own[perturbation].push(cell)
    }
    return own.map((list) => (list.length === 0 ? null : pooled(screen, Uint32Array.from(list), reference)))
  }
  const fitted = kind === 'control mean' ? [] : ofPerturbation(fitCells)
  const means =
    kind === 'linear'
      ? await projectMeans(reference, ofPerturbation(trainingCells), fitted, components, work)
      : fitted
  const frequenciesOf = (perturbation: number) =>
    perturbation === controlCell ? reference : (means.at(perturbation) ?? reference)
  const inverseDispersion = await dispersions(screen, trainingCells, frequenciesOf, work)
  return { frequenciesOf, inverseDispersion }
}

/** Pooled frequencies; the prior counts as one cell of mean depth, without it half a count is added to every gene. */
function pooled({ counts }: LabelledCounts, cells: Uint32Array, prior: Float64Array | null): Float64Array {
  const sums = new Float64Array(counts.genes)
  let total = 0
  for (const cell of cells) {
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      sums[counts.geneIndices[entry]] += counts.counts[entry]
      total += counts.counts[entry]
    }
  }
  const weight = prior ? Math.max(1, total / cells.length) : 0.5 * counts.genes
  return sums.map((sum, gene) => (sum + weight * (prior ? prior[gene] : 1 / counts.genes)) / (total + weight))
}

async function projectMeans(
  reference: Float64Array,
  training: readonly (Float64Array | null)[],
  fitted: readonly (Float64Array | null)[],
  components: number,
  work: LongWork,
): Promise<(Float64Array | null)[]> {
  const genes = reference.length
  const ratio = (frequencies: Float64Array) =>
    frequencies.map((frequency, gene) => Math.log(frequency / reference[gene]))
  const known = training.filter((frequencies) => frequencies !== null)
  requirePerturbations(known.length)
  const ratios = zeroMatrix(known.length, genes)
  known.forEach((frequencies, row) => ratios.values.set(ratio(frequencies), row * genes))
  const wanted = Math.min(components, known.length, genes)
  const { values, vectors } = await largestEigenpairsOfProducts(ratios, wanted, () => breathe(work))
  const directions = vectors.filter((_, pair) => values[pair] > Number.EPSILON * known.length * values[0])
  const projected: (Float64Array | null)[] = []
  for (const frequencies of fitted) {
    projected.push(frequencies && alongDirections(reference, ratio(frequencies), directions))
    await breathe(work)
  }
  return projected
}

/** Frequencies of control, changed by what of a change of log frequencies lies along the directions. */
function alongDirections(
  reference: Float64Array,
  own: Float64Array,
  directions: readonly Float64Array[],
): Float64Array {
  const change = new Float64Array(own.length)
  for (const direction of directions) {
    const coefficient = own.reduce((sum, value, gene) => sum + value * direction[gene], 0)
    direction.forEach((value, gene) => (change[gene] += coefficient * value))
  }
  const unscaled = reference.map((frequency, gene) => frequency * Math.exp(change[gene]))
  const total = unscaled.reduce((sum, value) => sum + value, 0)
  return unscaled.map((value) => value / total)
}

async function dispersions(
  screen: LabelledCounts,
  cells: Uint32Array,
  frequenciesOf: MeanBaseline['frequenciesOf'],
  work: LongWork,
): Promise<Float64Array> {
  const { genes } = screen.counts
  const squares = new Float64Array(genes)
  const excess = new Float64Array(genes)
  await eachCell(screen, cells, work, (cell, counts, library) => {
    const frequencies = frequenciesOf(screen.perturbationOfCell[cell])
    for (let gene = 0; gene < genes; gene++) {
      const mean = library * frequencies[gene]
      squares[gene] += mean * mean
      excess[gene] += (counts[gene] - mean) ** 2 - mean
    }
  })
  return squares.map((square, gene) =>
    excess[gene] > 0
      ? Math.min(largestInverseDispersion, Math.max(smallestInverseDispersion, square / excess[gene]))
      : largestInverseDispersion,
  )
}

/**
 * Negative log-likelihood of cells under a simple row, in nats; comparable with the importance-weighted one of a model
 * on the same cells and genes.
 * @returns one value for each of the cells
 * @throws the signal's reason when cancelled
 */
export async function negativeLogLikelihood(
  baseline: MeanBaseline,
  screen: LabelledCounts,
  cells: Uint32Array,
  work: LongWork = {},
): Promise<Float64Array> {
  const values: number[] = []
  await eachCell(screen, cells, work, (cell, counts, library) => {
    const frequencies = baseline.frequenciesOf(screen.perturbationOfCell[cell])
    let sum = 0
    for (let gene = 0; gene < counts.length; gene++) {
      const mean = library * frequencies[gene]
      sum -= negativeBinomial(counts[gene], mean, baseline.inverseDispersion[gene]).logProbability
    }
    values.push(sum)
  })
  return Float64Array.from(values)
}

/** Visits cells with all their counts (the array is used again) and their total. */
async function eachCell(
  { counts: matrix }: LabelledCounts,
  cells: Uint32Array,
  work: LongWork,
  visit: (cell: number, counts: Float64Array, library: number) => void,
): Promise<void> {
  const counts = new Float64Array(matrix.genes)
  for (let i = 0; i < cells.length; i++) {
    if (i % cellsBetweenBreaths === 0) await breathe(work)
    const cell = cells[i]
    counts.fill(0)
    let library = 0
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      counts[matrix.geneIndices[entry]] = matrix.counts[entry]
      library += matrix.counts[entry]
    }
    visit(cell, counts, library)
  }
}
