import { madd } from './vector'

/**
 * Adam as in Kingma and Ba 2015 with L2 decay added to the gradient. `settings` holds step size, β₁, 1 - β₁, β₂,
 * 1 - β₂, 1 / √(1 - β₂ᵗ), ε and decay.
 */
@inline
export function updateFour(settings: usize, gradient: v128, value: usize, first: usize, second: usize): void {
  const old = v128.load(value)
  const g = madd(v128.load32_splat(settings, 28), old, gradient)
  const m = madd(v128.load32_splat(settings, 4), v128.load(first), f32x4.mul(v128.load32_splat(settings, 8), g))
  const v = madd(
    v128.load32_splat(settings, 12),
    v128.load(second),
    f32x4.mul(f32x4.mul(v128.load32_splat(settings, 16), g), g),
  )
  v128.store(first, m)
  v128.store(second, v)
  const denominator = madd(f32x4.sqrt(v), v128.load32_splat(settings, 20), v128.load32_splat(settings, 24))
  v128.store(value, f32x4.sub(old, f32x4.div(f32x4.mul(v128.load32_splat(settings, 0), m), denominator)))
}

/** Adam on elements `begin` to `end` (multiples of 4) of tensors of one layout. */
export function adam(
  begin: i32,
  end: i32,
  settings: usize,
  gradients: usize,
  values: usize,
  firstMoments: usize,
  secondMoments: usize,
): void {
  const last = (<usize>end) << 2
  for (let at = (<usize>begin) << 2; at < last; at += 16) {
    updateFour(settings, v128.load(gradients + at), values + at, firstMoments + at, secondMoments + at)
  }
}
