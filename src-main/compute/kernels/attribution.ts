/** Attributions of genes: the way back ends at the stored entries of the first layer, summed over points. */
import { panelUnits, sumListed } from './sparseLayer'
import { laneSum, madd, zeros } from './vector'

/**
 * Σ over listed points of factor · (weights of the gene · gradient of the point), for some genes. The points are summed
 * first, so that each gene's weights are read once.
 * @param units rounded up to a multiple of 4
 * @param listBegins, listEnds each gene's part of the lists of points and factors
 * @param gradients points × units by the output of the first layer, rows `stride` bytes apart
 * @param weights in panels of units, as `sparseLayer` reads them
 * @param out one float for each gene
 * @param scratch 128 bytes
 */
export function attributeGenes(
  firstGene: i32,
  endGene: i32,
  genes: i32,
  units: i32,
  listBegins: usize,
  listEnds: usize,
  listedPoints: usize,
  listedFactors: usize,
  gradients: usize,
  stride: usize,
  weights: usize,
  out: usize,
  scratch: usize,
): void {
  memory.fill(out + ((<usize>firstGene) << 2), 0, (<usize>(endGene - firstGene)) << 2)
  for (let unit = 0; unit < units; unit += panelUnits) {
    const width = (<usize>min(panelUnits, units - unit)) << 2
    const panel = weights + ((<usize>genes * <usize>unit) << 2)
    const table = gradients + ((<usize>unit) << 2)
    for (let gene = firstGene; gene < endGene; gene++) {
      const at = (<usize>gene) << 2
      const begin = i32.load(listBegins + at)
      const end = i32.load(listEnds + at)
      if (begin == end) continue
      sumListed(width, begin, end, listedPoints, listedFactors, table, stride, zeros, scratch)
      const row = panel + <usize>gene * width
      let sum = f32x4.splat(0)
      for (let column: usize = 0; column < width; column += 16) {
        sum = madd(v128.load(scratch + column), v128.load(row + column), sum)
      }
      f32.store(out + at, f32.load(out + at) + laneSum(sum))
    }
  }
}
