/**
 * The two products of the output layer that read its weights, on tiles of 4 × 8 accumulators that stay in registers.
 *
 * Weights lie four genes at a time: [genes / 4][units][4 genes]. Loops over the inner dimension are not unrolled: V8
 * would hoist the loads of an unrolled loop and spill.
 */
import { madd } from './vector'

/**
 * logits of 4 genes × 8 cells = bias + Σ over units of weight · activation.
 * @param depth units, with those that fill up the last four
 * @param weights of the four genes: [units][4 genes]
 * @param activations of eight cells: [units][8 cells]
 * @param bias of the four genes
 * @param out [4 genes][8 cells]
 */
@inline
export function logitTile(depth: i32, weights: usize, activations: usize, bias: usize, out: usize): void {
  let c00 = v128.load32_splat(bias, 0)
  let c01 = c00
  let c10 = v128.load32_splat(bias, 4)
  let c11 = c10
  let c20 = v128.load32_splat(bias, 8)
  let c21 = c20
  let c30 = v128.load32_splat(bias, 12)
  let c31 = c30
  const end = weights + ((<usize>depth) << 4)
  while (weights < end) {
    const b0 = v128.load(activations, 0)
    const b1 = v128.load(activations, 16)
    const a0 = v128.load32_splat(weights, 0)
    c00 = madd(a0, b0, c00)
    c01 = madd(a0, b1, c01)
    const a1 = v128.load32_splat(weights, 4)
    c10 = madd(a1, b0, c10)
    c11 = madd(a1, b1, c11)
    const a2 = v128.load32_splat(weights, 8)
    c20 = madd(a2, b0, c20)
    c21 = madd(a2, b1, c21)
    const a3 = v128.load32_splat(weights, 12)
    c30 = madd(a3, b0, c30)
    c31 = madd(a3, b1, c31)
    weights += 16
    activations += 32
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  v128.store(out, c10, 32)
  v128.store(out, c11, 48)
  v128.store(out, c20, 64)
  v128.store(out, c21, 80)
  v128.store(out, c30, 96)
  v128.store(out, c31, 112)
}

/**
 * Adds Σ over genes of weight · logit gradient to the gradient of 4 units × 8 cells.
 * @param weights of the four units and first four genes: [4 units][4 genes]; the next genes follow at `stride` bytes
 * @param logitGradients of eight cells: [genes][8 cells]
 * @param out [4 units][8 cells]
 */
@inline
export function unitGradientTile(
  geneQuads: i32,
  weights: usize,
  stride: usize,
  logitGradients: usize,
  out: usize,
): void {
  let c00 = v128.load(out, 0)
  let c01 = v128.load(out, 16)
  let c10 = v128.load(out, 32)
  let c11 = v128.load(out, 48)
  let c20 = v128.load(out, 64)
  let c21 = v128.load(out, 80)
  let c30 = v128.load(out, 96)
  let c31 = v128.load(out, 112)
  const end = logitGradients + ((<usize>geneQuads) << 7)
  const jump = stride - 16
  while (logitGradients < end) {
    const quadEnd = weights + 16
    while (weights < quadEnd) {
      const b0 = v128.load(logitGradients, 0)
      const b1 = v128.load(logitGradients, 16)
      const a0 = v128.load32_splat(weights, 0)
      c00 = madd(a0, b0, c00)
      c01 = madd(a0, b1, c01)
      const a1 = v128.load32_splat(weights, 16)
      c10 = madd(a1, b0, c10)
      c11 = madd(a1, b1, c11)
      const a2 = v128.load32_splat(weights, 32)
      c20 = madd(a2, b0, c20)
      c21 = madd(a2, b1, c21)
      const a3 = v128.load32_splat(weights, 48)
      c30 = madd(a3, b0, c30)
      c31 = madd(a3, b1, c31)
      weights += 4
      logitGradients += 32
    }
    weights += jump
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  v128.store(out, c10, 32)
  v128.store(out, c11, 48)
  v128.store(out, c20, 64)
  v128.store(out, c21, 80)
  v128.store(out, c30, 96)
  v128.store(out, c31, 112)
}
