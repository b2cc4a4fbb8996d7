import { loess, type LoessSurface } from '../numerics/loess'
import type { CountMatrix } from './countMatrix'
import type { Screen } from './screen'
import { GeneNames, targetsOf } from './targets'

/** Neighbourhood of the loess curve, as a share of the genes. */
const span = 0.3

export interface GeneVariability {
  /** Mean count of each gene. */
  readonly mean: Float64Array
  /** Sample variance (n - 1) of each gene's counts. */
  readonly variance: Float64Array
  /** Variance of the counts standardised by the variance expected at their mean and clipped at √cells. */
  readonly normalisedVariance: Float64Array
  /** Genes from the most to the least variable; equal ones in gene order. */
  readonly order: Uint32Array
}

/**
 * How variable genes are beyond what their mean explains, from raw counts: the `vst` of Seurat 3, `seurat_v3` of
 * scanpy (Stuart et al. 2019, "Comprehensive integration of single-cell data", methods). A loess curve of log10
 * variance on log10 mean gives the expected variance; counts are standardised with it, clipped at √cells, and their
 * variance ranks the genes. Genes that do not vary have expected variance 1 and come last.
 * @param cells which cells to use (at least two), ascending
 * @param surface how the curve is evaluated; `interpolate` is what the usual implementations do
 */
export function geneVariability(
  matrix: CountMatrix,
  cells: Uint32Array,
  surface: LoessSurface = 'interpolate',
): GeneVariability {
  const { mean, variance } = geneMoments(matrix, cells)
  const deviation = expectedDeviation(mean, variance, surface)
  const normalisedVariance = clippedVariance(matrix, cells, mean, deviation)
  const order = Uint32Array.from(normalisedVariance.keys()).sort(
    (a, b) => normalisedVariance[b] - normalisedVariance[a] || a - b,
  )
  return { mean, variance, normalisedVariance, order }
}

function geneMoments(
  matrix: CountMatrix,
  cells: Uint32Array,
): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(matrix.genes)
  const variance = new Float64Array(matrix.genes)
  for (const cell of cells) {
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      const count = matrix.counts[entry]
      mean[matrix.geneIndices[entry]] += count
      variance[matrix.geneIndices[entry]] += count * count
    }
  }
  // Sums of whole numbers are exact, so that the difference below loses nothing and a constant gene gives zero.
  for (let gene = 0; gene < matrix.genes; gene++) {
    const [sum, squares] = [mean[gene], variance[gene]]
    mean[gene] = sum / cells.length
    variance[gene] = (squares * cells.length - sum * sum) / (cells.length * (cells.length - 1))
  }
  return { mean, variance }
}

function expectedDeviation(mean: Float64Array, variance: Float64Array, surface: LoessSurface): Float64Array {
  const varying = Uint32Array.from(variance.keys()).filter((gene) => variance[gene] > 0)
  const deviation = new Float64Array(mean.length).fill(1)
  if (varying.length === 0) return deviation
  const fitted = loess(
    Float64Array.from(varying, (gene) => Math.log10(mean[gene])),
    Float64Array.from(varying, (gene) => Math.log10(variance[gene])),
    span,
    surface,
  )
  varying.forEach((gene, i) => (deviation[gene] = Math.sqrt(10 ** fitted[i])))
  return deviation
}

/** Σ (min(x, limit) - mean)² / ((n - 1) deviation²), with limit = mean + √n deviation. */
function clippedVariance(
  matrix: CountMatrix,
  cells: Uint32Array,
  mean: Float64Array,
  deviation: Float64Array,
): Float64Array {
  const limit = mean.map((value, gene) => value + Math.sqrt(cells.length) * deviation[gene])
  const sums = new Float64Array(matrix.genes)
  const squares = new Float64Array(matrix.genes)
  for (const cell of cells) {
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      const gene = matrix.geneIndices[entry]
      const clipped = Math.min(matrix.counts[entry], limit[gene])
      sums[gene] += clipped
      squares[gene] += clipped * clipped
    }
  }
  return mean.map(
    (value, gene) =>
      (cells.length * value * value + squares[gene] - 2 * value * sums[gene]) /
      ((cells.length - 1) * deviation[gene] ** 2),
  )
}

export interface ChosenGenes {
  /** Kept genes, ascending. */
  readonly genes: Uint32Array
  /** Targets of the perturbations that are measured, sorted; all their genes are kept. */
  readonly targets: string[]
  /** Targets that are not among the measured genes, sorted. */
  readonly unmeasuredTargets: string[]
}

/**
 * The genes of step 2: so many of the most variable ones and every target of the screen, found by id or symbol.
 * They are chosen on all kept cells, whatever is held out later.
 * @param perturbations names of the kept perturbations
 * @param count so many genes, or every measured one
 */
export function chooseGenes(
  screen: Pick<Screen, 'counts' | 'genes'>,
  cells: Uint32Array,
  perturbations: readonly string[],
  count: number | 'all',
): ChosenGenes {
  const names = new GeneNames(screen.genes)
  const allTargets = [...new Set(perturbations.flatMap(targetsOf))].sort()
  const targets = allTargets.filter((target) => names.find(target).length > 0)
  const keep = new Uint8Array(screen.counts.genes)
  if (count === 'all' || count >= screen.counts.genes) keep.fill(1)
  else for (const gene of geneVariability(screen.counts, cells).order.subarray(0, count)) keep[gene] = 1
  for (const target of targets) for (const gene of names.find(target)) keep[gene] = 1
  return {
    genes: Uint32Array.from(keep.keys()).filter((gene) => keep[gene] === 1),
    targets,
    unmeasuredTargets: allTargets.filter((target) => names.find(target).length === 0),
  }
}
