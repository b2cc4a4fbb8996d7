/** Special functions of positive arguments in double precision, accurate for large arguments and their differences. */

const halfLogTwoPi = 0.9189385332046727
/** From here on the asymptotic series below are exact to double precision. */
const asymptoticFrom = 10
/** Up to this count, differences of lgamma and digamma are summed term by term. */
const countedDirectly = 16

/** Remainder of Stirling's series: lgamma(x) - ((x - 1/2) log x - x + log(2π)/2), for x ≥ 10. */
function stirlingRemainder(x: number): number {
  const r = 1 / x
  const s = r * r
  return (
    r *
    (1 / 12 +
      s *
        (-1 / 360 + s * (1 / 1260 + s * (-1 / 1680 + s * (1 / 1188 + s * (-691 / 360360 + s * (1 / 156)))))))
  )
}

/** log x - 1/(2x) - digamma(x), for x ≥ 10. */
function digammaRemainder(x: number): number {
  const s = 1 / (x * x)
  return s * (1 / 12 + s * (-1 / 120 + s * (1 / 252 + s * (-1 / 240 + s * (1 / 132 + s * (-691 / 32760))))))
}

/** log Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0
  let argument = x
  let product = 1
  while (argument < asymptoticFrom) {
    product *= argument
    argument += 1
  }
  const series = (argument - 0.5) * Math.log(argument) - argument + halfLogTwoPi + stirlingRemainder(argument)
  return product === 1 ? series : series - Math.log(product)
}

/** ψ(x) = d log Γ(x) / dx for x > 0. */
export function digamma(x: number): number {
  let argument = x
  let sum = 0
  while (argument < asymptoticFrom) {
    sum -= 1 / argument
    argument += 1
  }
  return sum + Math.log(argument) - 0.5 / argument - digammaRemainder(argument)
}

/**
 * log Γ(x + θ) - log Γ(θ) for a count x ≥ 0 and θ > 0, without the cancellation of the two terms: a product for small
 * counts, the difference of Stirling's series for large θ.
 */
export function logGammaRise(x: number, theta: number): number {
  if (x <= countedDirectly) {
    let product = 1
    for (let k = 0; k < x; k++) product *= theta + k
    return Math.log(product)
  }
  if (theta < asymptoticFrom) return logGamma(x + theta) - logGamma(theta)
  const sum = x + theta
  return (
    (theta - 0.5) * Math.log1p(x / theta) +
    x * Math.log(sum) -
    x +
    (stirlingRemainder(sum) - stirlingRemainder(theta))
  )
}

/** ψ(x + θ) - ψ(θ) for a count x ≥ 0 and θ > 0, without the cancellation of the two terms. */
export function digammaRise(x: number, theta: number): number {
  if (x <= countedDirectly) {
    let sum = 0
    for (let k = 0; k < x; k++) sum += 1 / (theta + k)
    return sum
  }
  if (theta < asymptoticFrom) return digamma(x + theta) - digamma(theta)
  const sum = x + theta
  return Math.log1p(x / theta) + (0.5 * x) / (theta * sum) - (digammaRemainder(sum) - digammaRemainder(theta))
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}
