import type { QualityRecipe } from '@contract/recipe'
import type { EffectSize } from '@contract/reports'
import { CovarianceAccumulator } from '../numerics/covariance'
import { largestEigenpairs } from '../numerics/eigen'
import { median } from '../numerics/statistics'
import { compareNames } from './labelCells'
import { breathe, type LongWork } from './longWork'
import { applyQuality, cellFigures } from './quality'
import { controlCell, type Screen } from './screen'
import { chooseGenes } from './variableGenes'

/** Principal components on which groups are compared, as in the paper (section 5.1). */
export const effectComponents = 50
/** Cells of each group that are compared: the first so many in the order of the screen, as in the paper's code. */
export const cellsPerGroup = 1000
/** Most genes that enter the principal components; more variable genes than that carry noise only. */
const mostGenes = 3000

const cellsBetweenBreaths = 2000

/**
 * Strength of each perturbation that a quality rule keeps, strongest first; see `groupEffects`. The genes are those
 * that the rule keeps, but at most the 3,000 most variable ones with the targets.
 * @throws ShiftscopeError when the rule keeps nothing; the signal's reason when cancelled
 */
export async function measureEffects(
  screen: Screen,
  quality: QualityRecipe,
  work: LongWork = {},
): Promise<EffectSize[]> {
  work.onProgress?.(null, 'Choosing cells and genes')
  const figures = cellFigures(screen.counts)
  const { cells, preview } = applyQuality(figures, screen, quality)
  const kept = preview.keptPerturbations.filter(({ control }) => !control).map(({ name }) => name)
  await breathe(work)
  const count = quality.variableGenes === 'all' ? mostGenes : Math.min(quality.variableGenes, mostGenes)
  const { genes } = chooseGenes(screen, cells, kept, count)
  return groupEffects(screen, cells, genes, figures.counts, work)
}

/**
 * Squared maximum mean discrepancy with a linear kernel between the cells of each perturbation and the control cells,
 * on the principal components of log-normalised counts (Gretton et al. 2012; Lopez et al. 2023, section 5.1).
 *
 * Counts are divided by the cell's total over all measured genes, multiplied by the median total, and log(1 + x) is
 * taken; components are those of all given cells. With a linear kernel the biased estimator is the squared distance
 * between the mean scores of the two groups, so that scores of single cells are never needed. It is biased upwards by
 * about (total variance) / (cells of the group): compare groups of very different size with care.
 *
 * In a screen without control cells each perturbation is compared with all cells that do not carry it.
 * @param cells cells to use, ascending
 * @param genes genes to use, ascending
 * @param totals sum of the counts of every cell of the screen over all measured genes
 * @returns one entry for each perturbation that has cells, strongest first, equal ones by name
 */
export async function groupEffects(
  screen: Pick<Screen, 'counts' | 'perturbations' | 'perturbationOfCell'>,
  cells: Uint32Array,
  genes: Uint32Array,
  totals: Uint32Array,
  work: LongWork = {},
  components = effectComponents,
): Promise<EffectSize[]> {
  const { covariance, groups } = await collectMoments(screen, cells, genes, totals, work)
  work.onProgress?.(0.8, 'Finding principal components')
  await breathe(work)
  const count = Math.min(components, genes.length, Math.max(1, cells.length - 1))
  const { vectors } = largestEigenpairs(covariance, genes.length, count)
  const effects: EffectSize[] = []
  groups.perturbed.forEach((group, perturbation) => {
    if (group.cells === 0) return
    const reference = groups.control.cells > 0 ? groups.control.mean() : groups.othersMean(group)
    const difference = group.mean()
    for (let gene = 0; gene < difference.length; gene++) difference[gene] -= reference[gene]
    let mmd = 0
    for (const vector of vectors) {
      let score = 0
      for (let gene = 0; gene < difference.length; gene++) score += difference[gene] * vector[gene]
      mmd += score * score
    }
    effects.push({ name: screen.perturbations[perturbation], cells: group.cells, mmd })
  })
  return effects.sort((a, b) => b.mmd - a.mmd || compareNames(a.name, b.name))
}

/** Sums over the cells of one group: over the first ones, which are compared, and over all of them. */
class GroupSums {
  cells = 0
  readonly allSums: Float64Array
  private readonly firstSums: Float64Array

  constructor(genes: number) {
    this.allSums = new Float64Array(genes)
    this.firstSums = new Float64Array(genes)
  }

  add(indices: Uint32Array, values: Float64Array, length: number): void {
    const isFirst = this.cells < cellsPerGroup
    this.cells += 1
    for (let i = 0; i < length; i++) {
      this.allSums[indices[i]] += values[i]
      if (isFirst) this.firstSums[indices[i]] += values[i]
    }
  }

  /** Mean of the cells that are compared. */
  mean(): Float64Array {
    const compared = Math.min(this.cells, cellsPerGroup)
    return this.firstSums.map((sum) => sum / compared)
  }
}

class Groups {
  readonly control: GroupSums
  readonly perturbed: readonly GroupSums[]

  constructor(perturbations: number, genes: number) {
    this.control = new GroupSums(genes)
    this.perturbed = Array.from({ length: perturbations }, () => new GroupSums(genes))
  }

  of(perturbation: number): GroupSums {
    return perturbation === controlCell ? this.control : this.perturbed[perturbation]
  }

  /** Mean of all cells outside a group; zero when there are none. */
  othersMean(group: GroupSums): Float64Array {
    const sums = new Float64Array(group.allSums.length)
    let cells = 0
    for (const other of [this.control, ...this.perturbed]) {
      if (other === group) continue
      cells += other.cells
      for (let gene = 0; gene < sums.length; gene++) sums[gene] += other.allSums[gene]
    }
    return sums.map((sum) => sum / Math.max(1, cells))
  }
}

/** One pass over the cells: covariance of the log-normalised counts and the sums of every group. */
async function collectMoments(
  screen: Pick<Screen, 'counts' | 'perturbations' | 'perturbationOfCell'>,
  cells: Uint32Array,
  genes: Uint32Array,
  totals: Uint32Array,
  work: LongWork,
): Promise<{ covariance: Float64Array; groups: Groups }> {
  const { counts: matrix } = screen
  const columnOf = new Int32Array(matrix.genes).fill(-1)
  genes.forEach((gene, column) => (columnOf[gene] = column))
  const nonEmpty = cells.filter((cell) => totals[cell] > 0)
  const medianTotal = nonEmpty.length === 0 ? 0 : median(Float64Array.from(nonEmpty, (cell) => totals[cell]))

  const accumulator = new CovarianceAccumulator(genes.length)
  const groups = new Groups(screen.perturbations.length, genes.length)
  const indices = new Uint32Array(genes.length)
  const values = new Float64Array(genes.length)
  for (let i = 0; i < cells.length; i++) {
    if (i % cellsBetweenBreaths === 0) {
      work.onProgress?.((0.8 * i) / cells.length, 'Comparing cells')
      await breathe(work)
    }
    const cell = cells[i]
    const scale = totals[cell] > 0 ? medianTotal / totals[cell] : 0
    let length = 0
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      const column = columnOf[matrix.geneIndices[entry]]
      if (column < 0) continue
      indices[length] = column
      values[length] = Math.log1p(matrix.counts[entry] * scale)
      length += 1
    }
    accumulator.addRow(indices, values, length)
    groups.of(screen.perturbationOfCell[cell]).add(indices, values, length)
  }
  return { covariance: accumulator.finish(), groups }
}
