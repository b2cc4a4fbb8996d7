import { madd } from './vector'

/** Floating-point operations of a round of `multiplyAdds`. */
const perRound: i32 = 80

/**
 * Multiplies and adds in ten independent chains that stay in registers, to learn the highest rate that kernels could
 * reach.
 * @param out room for four floats; what is left there means nothing
 * @returns floating-point operations of all rounds
 */
export function multiplyAdds(rounds: i32, out: usize): f64 {
  const a = f32x4.splat(0.999)
  let c0 = f32x4.splat(0)
  let c1 = f32x4.splat(1)
  let c2 = f32x4.splat(2)
  let c3 = f32x4.splat(3)
  let c4 = f32x4.splat(4)
  let c5 = f32x4.splat(5)
  let c6 = f32x4.splat(6)
  let c7 = f32x4.splat(7)
  let c8 = f32x4.splat(8)
  let c9 = f32x4.splat(9)
  for (let round = 0; round < rounds; round++) {
    c0 = madd(a, a, c0)
    c1 = madd(a, a, c1)
    c2 = madd(a, a, c2)
    c3 = madd(a, a, c3)
    c4 = madd(a, a, c4)
    c5 = madd(a, a, c5)
    c6 = madd(a, a, c6)
    c7 = madd(a, a, c7)
    c8 = madd(a, a, c8)
    c9 = madd(a, a, c9)
  }
  const low = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3))
  const high = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7))
  v128.store(out, f32x4.add(f32x4.add(low, high), f32x4.add(c8, c9)))
  return <f64>rounds * perRound
}
