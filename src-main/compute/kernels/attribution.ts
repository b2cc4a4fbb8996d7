/** Attributions of genes: the way back ends at the stored entries of the first layer, summed over points. */
import { sumOfAllColumns } from './sparseLayer'
import { laneSum, madd } from './vector'

/**
 * Σ over listed points of factor · (weights of the gene · gradient of the point), for some genes. The points are summed
 * first, so that each gene's weights are read once.
 * @param units rounded up to a multiple of 4
 * @param listBegins, listEnds each gene's part of the lists of points and factors
 * @param gradients points × units by the output of the first layer, rows `stride` bytes apart
 * @param weights genes × units
 * @param out one float for each gene
 * @param scratch a row of units
 */
export function attributeGenes(
  firstGene: i32,
  endGene: i32,
  units: i32,
  listBegins: usize,
  listEnds: usize,
  listedPoints: usize,
  listedFactors: usize,
  gradients: usize,
  stride: usize,
  weights: usize,
  weightStride: usize,
  out: usize,
  scratch: usize,
): void {
  const rowBytes = (<usize>units) << 2
  for (let gene = firstGene; gene < endGene; gene++) {
    const at = (<usize>gene) << 2
    const begin = i32.load(listBegins + at)
    const end = i32.load(listEnds + at)
    let sum = f32x4.splat(0)
    if (begin < end) {
      sumOfAllColumns(begin, end, units, listedPoints, listedFactors, gradients, stride, 0, scratch)
      const row = weights + <usize>gene * weightStride
      for (let unit: usize = 0; unit < rowBytes; unit += 16) {
        sum = madd(v128.load(scratch + unit), v128.load(row + unit), sum)
      }
    }
    f32.store(out + at, laneSum(sum))
  }
}
