import { logGamma } from './specialFunctions'

/**
 * Share of the chi-squared distribution below a value: the regularised incomplete gamma function P(k/2, x/2), by its
 * series below the mean and by Lentz's continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
 * @param value at least 0
 * @param degrees degrees of freedom k, greater than 0
 */
export function chiSquaredProbability(value: number, degrees: number): number {
  if (value <= 0) return 0
  const shape = degrees / 2
  const x = value / 2
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape))
  return x < shape + 1 ? front * lowerSeries(shape, x) : 1 - front * upperFraction(shape, x)
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape
  let sum = term
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= x / (shape + n)
    sum += term
  }
  return sum
}

function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape
  let c = Number.MAX_VALUE
  let d = 1 / b
  let fraction = d
  let change = 0
  for (let n = 1; Math.abs(change - 1) > 2 * Number.EPSILON && n < 10_000; n++) {
    const a = -n * (n - shape)
    b += 2
    d = 1 / (a * d + b)
    c = b + a / c
    change = c * d
    fraction *= change
  }
  return fraction
}

/**
 * Value below which the given share of the chi-squared distribution lies, by bisection to the last bits.
 * @param probability between 0 and 1, both excluded
 * @param degrees degrees of freedom, greater than 0
 */
export function chiSquaredQuantile(probability: number, degrees: number): number {
  let low = 0
  let high = degrees + 1
  while (chiSquaredProbability(high, degrees) < probability) high *= 2
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (chiSquaredProbability(middle, degrees) < probability) low = middle
    else high = middle
  }
}
