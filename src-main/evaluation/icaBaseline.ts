import { ShiftscopeError } from '@contract/errors'
import { fastIca } from '../numerics/fastIca'
import { zeroMatrix, type Matrix } from '../numerics/matrix'
import { RandomStream } from '../numerics/random'
import { breathe, type LongWork } from '../screen/longWork'
import type { Screen } from '../screen/screen'
import { requirePerturbations } from './checks'
import type { EdgeTable } from './graphScores'
import { logExpression, perturbationEffects, strataOf, type Stratum } from './perturbationEffects'

export interface IcaOptions {
  /** Components, at most the number of perturbations they are found from. */
  readonly components: number
  /** Columns of labels within whose levels perturbed and control cells are compared. */
  readonly covariates: readonly string[]
  /** Perturbations that components are found from, by index; all by default. Held-out ones are only projected. */
  readonly trained?: Uint32Array
  /** Cells to use, ascending; all by default. */
  readonly cells?: Uint32Array
  /** Share of false edges among those found. */
  readonly falseDiscoveryRate: number
  /** Smallest edge, as a share of the largest shift of its latent. */
  readonly effectFloor: number
  readonly permutations: number
  readonly seed: number
}

/** The floor was chosen on semi-synthetic screens of seeds 101 to 103, which are for no comparison. */
export const icaDefaults = {
  components: 10,
  covariates: [],
  falseDiscoveryRate: 0.05,
  effectFloor: 0.3,
  permutations: 200,
  seed: 0,
} as const satisfies IcaOptions

export interface IcaBaseline {
  /** Score of every cell of the screen on every component, cells × components. */
  readonly latents: Matrix
  /** Mean score against control within strata, perturbations × components. */
  readonly shifts: Matrix
  readonly graph: EdgeTable
  /** Benjamini-Hochberg adjusted p of every edge, perturbations × components. */
  readonly adjustedP: Matrix
  /**
   * Log change of the gene by the component times the root of its mean count m, genes × components. A change of log m
   * changes log(1 + m) by m / (1 + m) of it, so that a change d of log-expression scores d (1 + m) / √m.
   */
  readonly geneScores: Matrix
}

/**
 * Independent components of the effects of perturbations: the simple row beside every model. Effects on log-expression
 * against control within covariate levels, shrunken (see `perturbationEffects`), are taken apart into gene programmes
 * that are as independent over genes as possible. A cell's score is the least-squares fit of the programmes to its
 * log-expression; a perturbation's shift is the mean score against control within levels. An edge needs two things: a
 * false discovery rate, from permutations of the labels of perturbed and control cells within levels (standardised, and
 * pooled over all edges), and a shift of at least a share of its latent's largest one.
 *
 * Components are found in one half of the cells and edges tested in the other: components that are found in noise fit
 * that noise, and would pass a test in the same cells. The shifts that are given are those of all cells.
 * @throws ShiftscopeError `evaluation/fewPerturbations`, `evaluation/noEffects`; as `strataOf`; the signal's reason when cancelled
 */
export async function icaBaseline(
  screen: Screen,
  options: IcaOptions = icaDefaults,
  work: LongWork = {},
): Promise<IcaBaseline> {
  const trained = options.trained ?? Uint32Array.from(screen.perturbations.keys())
  requirePerturbations(trained.length)
  const cells = options.cells ?? Uint32Array.from(screen.perturbationOfCell.keys())
  const expression = logExpression(screen, cells)
  const strata = strataOf(screen, cells, options.covariates)
  work.onProgress?.(0.1, 'Measuring effects')
  const isTrained = new Set(trained)
  const effectStrata = halfOf(strata, 0).map(({ control, perturbed }) => ({
    control,
    perturbed: perturbed.map((own, perturbation) => (isTrained.has(perturbation) ? own : new Uint32Array())),
  }))
  const { effects } = await perturbationEffects(screen, effectStrata, expression, { signal: work.signal })

  work.onProgress?.(0.4, 'Separating components')
  await breathe(work)
  const genes = screen.counts.genes
  const data = zeroMatrix(genes, trained.length)
  trained.forEach((perturbation, column) => {
    for (let gene = 0; gene < genes; gene++) {
      data.values[gene * trained.length + column] = effects.values[perturbation * genes + gene]
    }
  })
  if (data.values.every((value) => value === 0)) throw noEffects()
  const { sources } = await fastIca(data, options.components, options.seed, () => breathe(work))
  const latents = cellScores(screen, expression.values, sources)
  const shifts = shiftsOf(strata, latents, screen.perturbations.length)

  work.onProgress?.(0.6, 'Permuting labels')
  const adjustedP = await permutationTest(
    halfOf(strata, 1),
    latents,
    screen.perturbations.length,
    options,
    work,
  )
  const size = sources.columns
  const largest = new Float64Array(size)
  for (const perturbation of trained) {
    for (let i = 0; i < size; i++) {
      largest[i] = Math.max(largest[i], Math.abs(shifts.values[perturbation * size + i]))
    }
  }
  const edges = Uint8Array.from(shifts.values, (shift, at) =>
    adjustedP.values[at] <= options.falseDiscoveryRate &&
    Math.abs(shift) >= options.effectFloor * largest[at % size]
      ? 1
      : 0,
  )
  return {
    latents,
    shifts,
    graph: { perturbations: shifts.rows, latents: size, edges },
    adjustedP,
    geneScores: {
      ...sources,
      values: sources.values.map((change, at) => {
        const mean = expression.meanCounts[Math.floor(at / size)]
        return mean > 0 ? (change * (1 + mean)) / Math.sqrt(mean) : 0
      }),
    },
  }
}

function noEffects(): ShiftscopeError {
  return new ShiftscopeError({
    code: 'evaluation/noEffects',
    message:
      'No gene differs between perturbed and control cells by more than chance: there is nothing to take apart.',
    hint: 'Look for a cause in the labels of the cells, or use a screen with more cells of each perturbation.',
  })
}

/** Every other cell of each group. */
function halfOf(strata: readonly Stratum[], half: 0 | 1): Stratum[] {
  const pick = (cells: Uint32Array) => cells.filter((_, position) => position % 2 === half)
  return strata
    .map(({ control, perturbed }) => ({ control: pick(control), perturbed: perturbed.map(pick) }))
    .filter(({ control }) => control.length >= 2)
}

/** Least-squares fit of the sources to every cell. Sources have mean zero, unit variance and no correlation. */
function cellScores({ counts }: Screen, values: Float64Array, sources: Matrix): Matrix {
  const size = sources.columns
  const scores = zeroMatrix(counts.cells, size)
  for (let cell = 0; cell < counts.cells; cell++) {
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      const weight = values[entry] / sources.rows
      const from = counts.geneIndices[entry] * size
      for (let i = 0; i < size; i++) scores.values[cell * size + i] += weight * sources.values[from + i]
    }
  }
  return scores
}

/** Mean score of perturbed cells against the control cells of their stratum, weighted by the perturbed cells. */
function shiftsOf(strata: readonly Stratum[], latents: Matrix, perturbations: number): Matrix {
  const size = latents.columns
  const shifts = zeroMatrix(perturbations, size)
  const meanOfControl = new Map(
    strata.map(({ control }) => {
      const mean = new Float64Array(size)
      addMean(mean, latents, control, 1)
      return [control, mean]
    }),
  )
  for (let perturbation = 0; perturbation < perturbations; perturbation++) {
    const row = shifts.values.subarray(perturbation * size, (perturbation + 1) * size)
    for (const { perturbed, control, weight } of comparisons(strata, perturbation)) {
      addMean(row, latents, perturbed, weight)
      meanOfControl.get(control)?.forEach((mean, i) => (row[i] -= weight * mean))
    }
  }
  return shifts
}

function comparisons(strata: readonly Stratum[], perturbation: number) {
  const cells = strata.reduce((sum, { perturbed }) => sum + perturbed[perturbation].length, 0)
  return strata
    .map(({ perturbed, control }) => ({
      perturbed: perturbed[perturbation],
      control,
      weight: perturbed[perturbation].length / cells,
    }))
    .filter(({ perturbed }) => perturbed.length > 0)
}

/** Adds `weight` times the mean row of some cells to `row`. */
function addMean(row: Float64Array, latents: Matrix, cells: Uint32Array, weight: number): void {
  const size = latents.columns
  for (const cell of cells) {
    for (let i = 0; i < size; i++) row[i] += (weight / cells.length) * latents.values[cell * size + i]
  }
}

/**
 * Adjusted p of every shift. Labels of the perturbed and the control cells are permuted within strata; shifts and
 * permuted shifts are divided by the standard deviation of the permuted ones of the same edge, and p is the share of all
 * permuted ones that are as large.
 */
async function permutationTest(
  strata: readonly Stratum[],
  latents: Matrix,
  perturbations: number,
  { permutations, seed }: IcaOptions,
  work: LongWork,
): Promise<Matrix> {
  const size = latents.columns
  const shifts = shiftsOf(strata, latents, perturbations)
  const standardised = new Float64Array(shifts.values.length)
  const permuted = new Float64Array(shifts.values.length * permutations)
  for (let perturbation = 0; perturbation < shifts.rows; perturbation++) {
    await breathe(work)
    const random = new RandomStream(seed, 'permutations', perturbation)
    const drawn = zeroMatrix(permutations, size)
    const compared = comparisons(strata, perturbation)
    for (const { perturbed, control, weight } of compared) {
      const all = new Uint32Array(perturbed.length + control.length)
      all.set(perturbed)
      all.set(control, perturbed.length)
      const meanOfAll = new Float64Array(size)
      addMean(meanOfAll, latents, all, 1)
      for (let draw = 0; draw < permutations; draw++) {
        for (let i = 0; i < perturbed.length; i++) {
          const j = i + random.nextInteger(all.length - i)
          const kept = all[i]
          all[i] = all[j]
          all[j] = kept
        }
        const row = drawn.values.subarray(draw * size, (draw + 1) * size)
        // The others' mean follows from the total: difference = weight · (n / others) · (mean of these − mean of all).
        const factor = (weight * all.length) / control.length
        addMean(row, latents, all.subarray(0, perturbed.length), factor)
        for (let i = 0; i < size; i++) row[i] -= factor * meanOfAll[i]
      }
    }
    for (let i = 0; i < size; i++) {
      let squares = 0
      for (let draw = 0; draw < permutations; draw++)
        squares += drawn.values[draw * size + i] ** 2 / permutations
      const deviation = Math.sqrt(squares)
      const at = perturbation * size + i
      standardised[at] = deviation > 0 ? Math.abs(shifts.values[at]) / deviation : 0
      for (let draw = 0; draw < permutations; draw++) {
        permuted[at * permutations + draw] =
          deviation > 0 ? Math.abs(drawn.values[draw * size + i]) / deviation : 0
      }
    }
  }
  permuted.sort()
  const p = standardised.map((value) => (1 + countFrom(permuted, value)) / (1 + permuted.length))
  return { ...shifts, values: adjust(p) }
}

/** How many of the ascending values are at least `bound`. */
function countFrom(ascending: Float64Array, bound: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] < bound) low = middle + 1
    else high = middle
  }
  return ascending.length - low
}

/** Benjamini and Hochberg 1995. */
function adjust(p: Float64Array): Float64Array {
  const order = Uint32Array.from(p.keys()).sort((a, b) => p[b] - p[a])
  const adjusted = new Float64Array(p.length)
  let least = 1
  order.forEach((at, position) => {
    least = Math.min(least, (p[at] * p.length) / (p.length - position))
    adjusted[at] = least
  })
  return adjusted
}
