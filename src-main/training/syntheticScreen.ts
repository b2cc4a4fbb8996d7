import { RandomStream } from '../numerics/random'
import type { CountMatrix } from '../screen/countMatrix'
import type { TrainingData } from './trainingData'
import type { StepShape } from './stepWorkload'

/** 1 + Poisson(1.5), as words of 32 bits below which a count ends; the tail beyond 16 is one in 10¹¹. */
const countThresholds = ((): Uint32Array => {
  const thresholds = new Uint32Array(16)
  let [term, sum] = [Math.exp(-1.5), 0]
  for (let count = 1; count <= 16; count++) {
    sum += term
    term *= 1.5 / count
    thresholds[count - 1] = Math.min(0xffffffff, Math.round(sum * 0x100000000))
  }
  return thresholds
})()

function drawCount(stream: RandomStream): number {
  const word = stream.nextWord()
  let count = 1
  while (count < 16 && word >= countThresholds[count - 1]) count += 1
  return count
}

/**
 * Visits the cells in which a gene is seen, in ascending order: gaps between them are geometric, so that the work is
 * that of the stored counts.
 * @param share of cells, over 0
 */
function eachCell(stream: RandomStream, cells: number, share: number, visit: (cell: number) => void): void {
  if (share >= 1) {
    for (let cell = 0; cell < cells; cell++) visit(cell)
    return
  }
  const scale = 1 / Math.log1p(-share)
  for (let cell = -1; ;) {
    cell += 1 + Math.floor(Math.log(stream.nextUniform()) * scale)
    if (cell >= cells) return
    visit(cell)
  }
}

/**
 * Genes differ in how often they are seen: shares run evenly from nothing to twice the mean, frequent and rare genes
 * side by side as in a real screen (multiples of the golden ratio, of which fractions spread evenly).
 */
function shareOfGene({ nonZero }: StepShape, gene: number): number {
  const golden = (Math.sqrt(5) - 1) / 2
  return Math.min(1, 2 * nonZero * (((gene + 0.5) * golden) % 1))
}

/** Counts gene by gene, twice from the same random numbers: to size the rows, then to fill them. */
function syntheticCounts(shape: StepShape, cells: number, seed: number): CountMatrix {
  const { genes } = shape
  const rowStarts = new Uint32Array(cells + 1)
  const visitAll = (visit: (cell: number, gene: number) => void): void => {
    for (let gene = 0; gene < genes; gene++) {
      const stream = new RandomStream(seed, 'simulation', gene, 0)
      eachCell(stream, cells, shareOfGene(shape, gene), (cell) => visit(cell, gene))
    }
  }
  visitAll((cell) => (rowStarts[cell + 1] += 1))
  for (let cell = 0; cell < cells; cell++) rowStarts[cell + 1] += rowStarts[cell]
  const entries = rowStarts[cells]
  const geneIndices = genes > 0x10000 ? new Uint32Array(entries) : new Uint16Array(entries)
  const counts = new Uint8Array(entries)
  const next = rowStarts.slice(0, cells)
  const countStream = new RandomStream(seed, 'simulation', 0, 1)
  visitAll((cell, gene) => {
    const at = next[cell]++
    geneIndices[at] = gene
    counts[at] = drawCount(countStream)
  })
  return { cells, genes, rowStarts, geneIndices, counts }
}

/**
 * A screen to time training on: as many stored counts as the shape says, perturbations at random and without any
 * effect, every tenth cell for validation. Nothing dense is held: 96,000 cells × 3,000 genes take some seconds and the
 * memory of their stored counts.
 */
export function syntheticScreen(shape: StepShape, cells: number, seed: number): TrainingData {
  const stream = new RandomStream(seed, 'simulation', 0, 2)
  const all = Uint32Array.from({ length: cells }, (_, cell) => cell)
  return {
    counts: syntheticCounts(shape, cells, seed),
    covariates: null,
    covariateLevels: 0,
    genes: Array.from({ length: shape.genes }, (_, gene) => `gene ${gene + 1}`),
    perturbationOfCell: Int32Array.from(all, () => stream.nextInteger(shape.perturbations)),
    parts: Array.from({ length: shape.perturbations }, (_, perturbation) => [perturbation]),
    perturbations: shape.perturbations,
    trained: Array.from({ length: shape.perturbations }, () => true),
    trainingCells: all.filter((cell) => cell % 10 !== 0),
    validationCells: all.filter((cell) => cell % 10 === 0),
  }
}
