/** Attributions of genes: the way back ends at the stored entries of the first layer, summed over points. */
import { boundOf, packStrip, rowBytes, stripColumns, sumListed, vectorsOf } from './listedSums'
import { stripBytes } from './sparseLayer'
import { laneSum, madd, zeros } from './vector'

/**
 * Σ over listed points of factor · (weights of the gene · gradient of the point), for some genes. The points are summed
 * first, so that each gene's weights are read once.
 * @param begins, ends [genes] each gene's list, in entries: which point, as a row of a strip, and the factor
 * @param gradients points × units by the output of the first layer, rows `stride` bytes apart
 * @param weights in strips of units, as `sparseLayer` reads them
 * @param out one float for each gene
 * @param scratch as `sparseLayerScratch` says
 */
export function attributeGenes(
  firstGene: i32,
  endGene: i32,
  genes: i32,
  units: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  points: i32,
  gradients: usize,
  stride: usize,
  weights: usize,
  out: usize,
  scratch: usize,
): void {
  memory.fill(out + ((<usize>firstGene) << 2), 0, (<usize>(endGene - firstGene)) << 2)
  const table = scratch + rowBytes
  for (let unit = 0; unit < units; unit += stripColumns) {
    const columns = min(stripColumns, units - unit)
    const vectors = vectorsOf(columns)
    packStrip(gradients + ((<usize>unit) << 2), stride, points, columns, table)
    for (let gene = firstGene; gene < endGene; gene++) {
      const at = boundOf(begins, gene, entries)
      const end = boundOf(ends, gene, entries)
      if (at == end) continue
      sumListed(vectors, at, end, table, zeros, scratch)
      const row = weights + <usize>gene * rowBytes
      let sum = f32x4.splat(0)
      for (let column: usize = 0; column < (<usize>vectors) << 4; column += 16) {
        sum = madd(v128.load(scratch + column), v128.load(row + column), sum)
      }
      const place = out + ((<usize>gene) << 2)
      f32.store(place, f32.load(place) + laneSum(sum))
    }
    weights += stripBytes(genes)
  }
}
