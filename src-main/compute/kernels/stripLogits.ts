/** The logits of the output layer, whose weights lie in strips: [genes / 48][units rounded up to 4][48 genes]. */
import { boundOf, rowBytes, sumListed, vectorsOf } from './listedSums'
import { packRows } from './packing'

/** Bytes of scratch memory that `stripLogits` needs. */
export const stripLogitsScratch: usize = 8 * rowBytes

/**
 * Logits of the genes of a strip for eight cells: bias + Σ over units that are not zero of weight · activation.
 * @param genes in the strip
 * @param cells of the batch: those beyond have the bias alone
 * @param begins, ends [cells] each cell's list, in entries: which unit, as a row of the strip, and its activation
 * @param weights, bias of the strip
 * @param out [genes rounded up to 4][8 cells]
 */
export function stripLogits(
  genes: i32,
  firstCell: i32,
  cells: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  weights: usize,
  bias: usize,
  out: usize,
  scratch: usize,
): void {
  const vectors = vectorsOf(genes)
  for (let lane = 0; lane < 8; lane++) {
    const cell = firstCell + lane
    const at = cell < cells ? boundOf(begins, cell, entries) : entries
    const end = cell < cells ? boundOf(ends, cell, entries) : entries
    sumListed(vectors, at, end, weights, bias, scratch + <usize>lane * rowBytes)
  }
  packRows(scratch, rowBytes, 4, genes, out, 32)
  packRows(scratch + 4 * rowBytes, rowBytes, 4, genes, out + 16, 32)
}
