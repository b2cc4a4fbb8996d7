import { fused, getBackend, transpose, type Tensor } from '@tensorflow/tfjs-core'

/** Which factor of a product is transposed. */
export type Transposed = 'first' | 'second' | null

/**
 * The product of two matrices, one of them transposed or none, plus a bias to each row (or nothing).
 * The WebAssembly backend multiplies with transposition flags ten times slower than after an explicit transposition;
 * everywhere else the transposition would be a pass of its own.
 */
export function product(
  first: Tensor,
  second: Tensor,
  transposed: Transposed = null,
  bias: Tensor | null = null,
): Tensor {
  const byFlag = getBackend() !== 'wasm'
  const factor = (matrix: Tensor, at: Transposed): Tensor =>
    transposed === at && !byFlag ? transpose(matrix) : matrix
  return fused.matMul({
    a: factor(first, 'first'),
    b: factor(second, 'second'),
    transposeA: byFlag && transposed === 'first',
    transposeB: byFlag && transposed === 'second',
    ...(bias && { bias }),
  })
}
