import { madd } from './vector'

/**
 * Adam as in Kingma and Ba 2015 with L2 decay added to the gradient, on elements `begin` to `end` (multiples of 4) of
 * tensors of one layout.
 * @param settings step size, β₁, 1 - β₁, β₂, 1 - β₂, 1 / √(1 - β₂ᵗ), ε and decay
 */
export function adam(
  begin: i32,
  end: i32,
  settings: usize,
  gradients: usize,
  values: usize,
  firstMoments: usize,
  secondMoments: usize,
): void {
  const stepSize = v128.load32_splat(settings, 0)
  const keptFirst = v128.load32_splat(settings, 4)
  const newFirst = v128.load32_splat(settings, 8)
  const keptSecond = v128.load32_splat(settings, 12)
  const newSecond = v128.load32_splat(settings, 16)
  const correction = v128.load32_splat(settings, 20)
  const epsilon = v128.load32_splat(settings, 24)
  const decay = v128.load32_splat(settings, 28)
  const last = (<usize>end) << 2
  for (let at = (<usize>begin) << 2; at < last; at += 16) {
    const value = v128.load(values + at)
    const g = madd(decay, value, v128.load(gradients + at))
    const m = madd(keptFirst, v128.load(firstMoments + at), f32x4.mul(newFirst, g))
    const v = madd(keptSecond, v128.load(secondMoments + at), f32x4.mul(f32x4.mul(newSecond, g), g))
    v128.store(firstMoments + at, m)
    v128.store(secondMoments + at, v)
    const denominator = madd(f32x4.sqrt(v), correction, epsilon)
    v128.store(values + at, f32x4.sub(value, f32x4.div(f32x4.mul(stepSize, m), denominator)))
  }
}
