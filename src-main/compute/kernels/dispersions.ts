/** Inverse dispersions θ of the genes. */
import { epsilon, exponential } from './vector'

/** θ, 1/θ', θ/θ' and a spare float for some genes (multiples of four), θ' = θ + ε: [genes][4]. */
export function prepareDispersions(firstGene: i32, endGene: i32, logTheta: usize, dispersions: usize): void {
  const one = f32x4.splat(1)
  for (let gene = firstGene; gene < endGene; gene += 4) {
    const theta = exponential(v128.load(logTheta + ((<usize>gene) << 2)))
    const inverse = f32x4.div(one, f32x4.add(theta, f32x4.splat(epsilon)))
    const share = f32x4.mul(theta, inverse)
    const out = dispersions + ((<usize>gene) << 4)
    const low = v128.shuffle<f32>(theta, inverse, 0, 4, 1, 5)
    const high = v128.shuffle<f32>(theta, inverse, 2, 6, 3, 7)
    const lowShare = v128.shuffle<f32>(share, one, 0, 4, 1, 5)
    const highShare = v128.shuffle<f32>(share, one, 2, 6, 3, 7)
    v128.store(out, v128.shuffle<i64>(low, lowShare, 0, 2), 0)
    v128.store(out, v128.shuffle<i64>(low, lowShare, 1, 3), 16)
    v128.store(out, v128.shuffle<i64>(high, highShare, 0, 2), 32)
    v128.store(out, v128.shuffle<i64>(high, highShare, 1, 3), 48)
  }
}
