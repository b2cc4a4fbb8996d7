import type { RandomStream } from './random'
import { logGamma } from './specialFunctions'

/** Below this mean a product of uniforms is as quick as rejection. */
const smallMean = 10

/** A standard normal draw (Box-Muller). */
export function drawNormal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(random.nextUniform())) * Math.cos(2 * Math.PI * random.nextUniform())
}

/**
 * A Poisson draw: a product of uniforms for small means, transformed rejection with squeeze (Hörmann 1993, PTRS) for
 * larger ones.
 * @param mean at least 0
 */
export function drawPoisson(random: RandomStream, mean: number): number {
  return mean < smallMean ? smallPoisson(random, mean) : largePoisson(random, mean)
}

function smallPoisson(random: RandomStream, mean: number): number {
  if (mean === 0) return 0
  const bound = Math.exp(-mean)
  let count = 0
  for (let product = random.nextUniform(); product > bound; product *= random.nextUniform()) count += 1
  return count
}

function largePoisson(random: RandomStream, mean: number): number {
  const spread = 0.931 + 2.53 * Math.sqrt(mean)
  const tilt = -0.059 + 0.02483 * spread
  const inverseAlpha = 1.1239 + 1.1328 / (spread - 3.4)
  const quickShare = 0.9277 - 3.6224 / (spread - 2)
  for (;;) {
    const u = random.nextUniform() - 0.5
    const v = random.nextUniform()
    const edge = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * tilt) / edge + spread) * u + mean + 0.43)
    if (edge >= 0.07 && v <= quickShare) return count
    if (count < 0 || (edge < 0.013 && v > edge)) continue
    const accepted =
      Math.log(v) + Math.log(inverseAlpha) - Math.log(tilt / (edge * edge) + spread) <=
      count * Math.log(mean) - mean - logGamma(count + 1)
    if (accepted) return count
  }
}

/** A gamma draw of scale 1 (Marsaglia and Tsang 2000). @param shape greater than 0 */
export function drawGamma(random: RandomStream, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * random.nextUniform() ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(random)
    const cubed = (1 + c * x) ** 3
    if (cubed <= 0) continue
    if (Math.log(random.nextUniform()) < 0.5 * x * x + d - d * cubed + d * Math.log(cubed)) return d * cubed
  }
}

/**
 * A negative binomial draw of variance mean + mean² / θ: a Poisson draw whose mean is gamma distributed.
 * @param mean at least 0
 * @param inverseDispersion θ, greater than 0
 */
export function drawNegativeBinomial(random: RandomStream, mean: number, inverseDispersion: number): number {
  if (mean === 0) return 0
  return drawPoisson(random, (mean * drawGamma(random, inverseDispersion)) / inverseDispersion)
}

/**
 * Binomial thinning: how many of `count` are kept when each is kept with the given probability, one draw each.
 * @param probability between 0 and 1
 */
export function thin(random: RandomStream, count: number, probability: number): number {
  if (probability >= 1) return count
  let kept = 0
  for (let i = 0; i < count; i++) if (random.nextUniform() < probability) kept += 1
  return kept
}
