import { ShiftscopeError } from '@contract/errors'
import type { SemiSyntheticRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import type { CountMatrix } from '../screen/countMatrix'
import { breathe, type LongWork } from '../screen/longWork'
import { streams } from './streams'

/** Cells on which the likeness of genes is measured, at most. */
const mostCells = 20_000

/**
 * Chooses disjoint gene programmes among the genes that enough cells have: each is a random gene with those that vary
 * most like it over the cells (correlation of log(1 + counts per median cell)), or any genes where the recipe asks for
 * that. A programme holds a bounded share of all counts, some little and some more: abundant genes correlate best, and
 * would otherwise fill all of them. Real co-expression stays as it is within a programme and around it.
 * @returns genes of each programme, ascending
 * @throws ShiftscopeError `simulation/fewExpressedGenes`; the signal's reason when cancelled
 */
export async function chooseProgrammes(
  counts: CountMatrix,
  recipe: SemiSyntheticRecipe,
  work: LongWork = {},
): Promise<Uint32Array[]> {
  const { programmes, genesPerProgramme, seed } = recipe
  const random = new RandomStream(seed, 'simulation', streams.programmes)
  const sizes = Array.from(
    { length: programmes },
    () =>
      genesPerProgramme.minimum +
      random.nextInteger(genesPerProgramme.maximum - genesPerProgramme.minimum + 1),
  )
  const free = new Set(detectedGenes(counts, recipe.minimumDetection))
  const needed = sizes.reduce((sum, size) => sum + size, 0)
  if (free.size < needed) {
    throw new ShiftscopeError({
      code: 'simulation/fewExpressedGenes',
      message: `${programmes} programmes need ${needed} genes, but only ${free.size} are found in ${Math.round(100 * recipe.minimumDetection)} % of the cells.`,
      where: 'programmes',
      hint: 'Ask for fewer or smaller programmes, or lower the share of cells that must have a gene.',
    })
  }
  const expression = recipe.programmeGenes === 'coexpressed' ? new Expression(counts) : null
  const shares = shareOfCounts(counts)
  const chosen: Uint32Array[] = []
  for (const size of sizes) {
    work.onProgress?.(chosen.length / sizes.length, 'Choosing gene programmes')
    await breathe(work)
    const candidates = random.shuffle([...free])
    const likeness = expression?.correlationsWith(candidates[0])
    const preferred = likeness ? candidates.sort((a, b) => likeness[b] - likeness[a] || a - b) : candidates
    const bound = recipe.countShare * 10 ** -random.nextUniform()
    const genes = withinShare(preferred, size, shares, bound)
    for (const gene of genes) free.delete(gene)
    chosen.push(Uint32Array.from(genes).sort())
  }
  return chosen
}

/**
 * The first genes that together hold no more than a share of all counts: genes that are too abundant for what is left
 * are passed over. Where too few fit, the least abundant of the others make up the number.
 */
function withinShare(
  preferred: readonly number[],
  size: number,
  shares: Float64Array,
  bound: number,
): number[] {
  const fitting: number[] = []
  const passedOver: number[] = []
  let held = 0
  for (const gene of preferred) {
    if (fitting.length === size) return fitting
    if (held + shares[gene] > bound) {
      passedOver.push(gene)
    } else {
      fitting.push(gene)
      held += shares[gene]
    }
  }
  passedOver.sort((a, b) => shares[a] - shares[b])
  return [...fitting, ...passedOver.slice(0, size - fitting.length)]
}

/** Share of all counts that each gene holds. */
function shareOfCounts(counts: CountMatrix): Float64Array {
  const sums = new Float64Array(counts.genes)
  let total = 0
  counts.geneIndices.forEach((gene, entry) => {
    sums[gene] += counts.counts[entry]
    total += counts.counts[entry]
  })
  return sums.map((sum) => sum / total)
}

function detectedGenes(counts: CountMatrix, share: number): number[] {
  const cells = new Uint32Array(counts.genes)
  for (const gene of counts.geneIndices) cells[gene] += 1
  return Array.from(cells.keys()).filter((gene) => cells[gene] > 0 && cells[gene] >= share * counts.cells)
}

/** Log-normalised counts of evenly spread cells. */
class Expression {
  private readonly cells: Uint32Array
  private readonly values: Float64Array
  private readonly sums: Float64Array
  private readonly squares: Float64Array

  constructor(private readonly counts: CountMatrix) {
    const used = Math.min(counts.cells, mostCells)
    this.cells = Uint32Array.from({ length: used }, (_, i) => Math.floor((i * counts.cells) / used))
    const totals = Float64Array.from(this.cells, (cell) => {
      let total = 0
      for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
        total += counts.counts[entry]
      }
      return total
    })
    const typical = totals.slice().sort()[used >> 1]
    this.values = new Float64Array(counts.counts.length)
    this.sums = new Float64Array(counts.genes)
    this.squares = new Float64Array(counts.genes)
    this.cells.forEach((cell, i) => {
      for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
        const value = Math.log1p((counts.counts[entry] * typical) / totals[i])
        this.values[entry] = value
        this.sums[counts.geneIndices[entry]] += value
        this.squares[counts.geneIndices[entry]] += value * value
      }
    })
  }

  /** Correlation of every gene with one; 0 for genes that do not vary. */
  correlationsWith(gene: number): Float64Array {
    const { counts, cells, values, sums, squares } = this
    const products = new Float64Array(counts.genes)
    for (const cell of cells) {
      const [start, end] = [counts.rowStarts[cell], counts.rowStarts[cell + 1]]
      const at = counts.geneIndices.subarray(start, end).indexOf(gene)
      if (at < 0) continue
      const value = values[start + at]
      for (let entry = start; entry < end; entry++)
        products[counts.geneIndices[entry]] += value * values[entry]
    }
    const n = cells.length
    const variance = (of: number) => squares[of] / n - (sums[of] / n) ** 2
    return products.map((product, other) => {
      const scale = Math.sqrt(variance(gene) * variance(other))
      return scale > 0 ? (product / n - (sums[gene] / n) * (sums[other] / n)) / scale : 0
    })
  }
}
