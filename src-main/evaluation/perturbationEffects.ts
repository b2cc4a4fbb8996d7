import { ShiftscopeError } from '@contract/errors'
import { zeroMatrix, type Matrix } from '../numerics/matrix'
import { median } from '../numerics/statistics'
import { cellLevels } from '../screen/cellLevels'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type Screen } from '../screen/screen'

type CellsWithLabels = Pick<Screen, 'counts' | 'perturbations' | 'perturbationOfCell' | 'covariates'>

/** Log-normalised counts of a screen, in the order of its stored counts. */
export interface LogExpression {
  /** log(1 + count · median total / total of the cell). */
  readonly values: Float64Array
  /** Mean raw count of each gene over the given cells. */
  readonly meanCounts: Float64Array
}

/** Normalises every stored count; the median and the mean counts are those of the given cells. */
export function logExpression({ counts }: Pick<Screen, 'counts'>, cells: Uint32Array): LogExpression {
  const totals = new Float64Array(counts.cells)
  for (let cell = 0; cell < counts.cells; cell++) {
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      totals[cell] += counts.counts[entry]
    }
  }
  const typical = cells.length === 0 ? 0 : median(Float64Array.from(cells, (cell) => totals[cell]))
  const values = new Float64Array(counts.counts.length)
  for (let cell = 0; cell < counts.cells; cell++) {
    const scale = totals[cell] > 0 ? typical / totals[cell] : 0
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      values[entry] = Math.log1p(counts.counts[entry] * scale)
    }
  }
  const meanCounts = new Float64Array(counts.genes)
  for (const cell of cells) {
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      meanCounts[counts.geneIndices[entry]] += counts.counts[entry] / cells.length
    }
  }
  return { values, meanCounts }
}

/** The cells of one combination of covariate levels. */
export interface Stratum {
  readonly control: Uint32Array
  /** For each perturbation its cells here. */
  readonly perturbed: readonly Uint32Array[]
}

/**
 * Divides cells by the levels of covariates, so that perturbed cells are compared with control cells of their own kind.
 * Combinations of levels with fewer than two control cells are left out, and cells with an empty level.
 * @param covariates names of columns of labels; none: one stratum
 * @throws ShiftscopeError `evaluation/noControls` when nothing can be compared; as `cellLevels`
 */
export function strataOf(
  screen: CellsWithLabels,
  cells: Uint32Array,
  covariates: readonly string[],
): Stratum[] {
  const levels = cellLevels(screen, covariates)
  const groups = Array.from({ length: levels.count }, () => ({
    control: new Array<number>(),
    perturbed: screen.perturbations.map(() => new Array<number>()),
  }))
  for (const cell of cells) {
    const group = levels.ofCell[cell]
    if (group < 0) continue
    const perturbation = screen.perturbationOfCell[cell]
    if (perturbation === controlCell) groups[group].control.push(cell)
    else groups[group].perturbed[perturbation].push(cell)
  }
  const usable = groups.filter(({ control }) => control.length >= 2)
  if (usable.length === 0) {
    throw new ShiftscopeError({
      code: 'evaluation/noControls',
      message: 'Effects against control need control cells, at least two of each kind that is compared.',
      hint: 'Name the control cells when the screen is imported, or leave covariates out.',
    })
  }
  return usable.map(({ control, perturbed }) => ({
    control: Uint32Array.from(control),
    perturbed: perturbed.map((list) => Uint32Array.from(list)),
  }))
}

export interface PerturbationEffects {
  /** Difference of mean log-expression to control within strata, shrunken; perturbations × genes. */
  readonly effects: Matrix
  /** Standard error of the difference before shrinking, perturbations × genes; infinite without cells. */
  readonly standardErrors: Matrix
}

/**
 * Effect of every perturbation on every gene: mean log-expression of its cells minus that of the control cells of the
 * same stratum, averaged over strata in proportion to the perturbed cells. Differences d of standard error s are shrunken
 * to d τ² / (τ² + s²), where τ² of a gene is the mean of d² − s² over perturbations, at least 0 (empirical Bayes with a
 * normal prior). Variances are those of the control cells of the stratum.
 * @throws the signal's reason when cancelled
 */
export async function perturbationEffects(
  { counts, perturbations }: Pick<Screen, 'counts' | 'perturbations'>,
  strata: readonly Stratum[],
  { values }: LogExpression,
  work: LongWork = {},
): Promise<PerturbationEffects> {
  const genes = counts.genes
  const effects = zeroMatrix(perturbations.length, genes)
  const variances = zeroMatrix(perturbations.length, genes)
  const cellsOf = perturbations.map((_, perturbation) =>
    strata.reduce((sum, { perturbed }) => sum + perturbed[perturbation].length, 0),
  )
  const sums = (cells: Uint32Array) => {
    const first = new Float64Array(genes)
    const second = new Float64Array(genes)
    for (const cell of cells) {
      for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
        first[counts.geneIndices[entry]] += values[entry]
        second[counts.geneIndices[entry]] += values[entry] ** 2
      }
    }
    return { first, second }
  }
  for (const { control, perturbed } of strata) {
    await breathe(work)
    const reference = sums(control)
    const n = control.length
    for (let perturbation = 0; perturbation < perturbed.length; perturbation++) {
      const here = perturbed[perturbation].length
      if (here === 0) continue
      const weight = here / cellsOf[perturbation]
      const { first } = sums(perturbed[perturbation])
      for (let gene = 0; gene < genes; gene++) {
        const mean = reference.first[gene] / n
        const variance = Math.max(0, (reference.second[gene] - n * mean * mean) / (n - 1))
        effects.values[perturbation * genes + gene] += weight * (first[gene] / here - mean)
        variances.values[perturbation * genes + gene] += weight ** 2 * variance * (1 / here + 1 / n)
      }
    }
  }
  cellsOf.forEach((cells, perturbation) => {
    if (cells === 0) variances.values.fill(Infinity, perturbation * genes, (perturbation + 1) * genes)
  })
  shrink(effects.values, variances.values, cellsOf, genes)
  return { effects, standardErrors: { ...variances, values: variances.values.map(Math.sqrt) } }
}

function shrink(
  effects: Float64Array,
  variances: Float64Array,
  cellsOf: readonly number[],
  genes: number,
): void {
  const measured = cellsOf.filter((cells) => cells > 0).length
  for (let gene = 0; gene < genes; gene++) {
    let excess = 0
    for (let at = gene; at < effects.length; at += genes) {
      if (variances[at] < Infinity) excess += effects[at] ** 2 - variances[at]
    }
    const signal = Math.max(0, excess / Math.max(1, measured))
    for (let at = gene; at < effects.length; at += genes) {
      effects[at] *= signal > 0 ? signal / (signal + variances[at]) : 0
    }
  }
}
