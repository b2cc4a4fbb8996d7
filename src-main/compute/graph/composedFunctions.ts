import {
  add,
  cast,
  div,
  less,
  log,
  mul,
  reciprocal,
  square,
  sub,
  tidy,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** c₀ + c₁ x + c₂ x² + …, by Horner's rule. */
function polynomial(x: Tensor, [constant, ...rest]: readonly number[]): Tensor {
  const [last, ...lower] = rest.toReversed()
  const inner = lower.reduce((sum: Tensor, coefficient) => mul(add(sum, coefficient), x), mul(x, last))
  return add(inner, constant)
}

/** (atanh(s) - s) / s³ of the square of an s between -1/3 and 1/3. */
function atanhTail(squareOfS: Tensor): Tensor {
  return polynomial(squareOfS, [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15])
}

/**
 * log(ratio) - d without the difference where d is small.
 * @param d ratio - 1, known better than the ratio tells it; above -1
 */
export function logOnePlusMinus(d: Tensor, ratio: Tensor): Tensor {
  return tidy(() => {
    const s = div(d, add(d, 2))
    const squareOfS = square(s)
    // log(1 + d) = 2 atanh(s), and 2 s - d = -s d.
    const near = mul(s, sub(mul(mul(squareOfS, 2), atanhTail(squareOfS)), d))
    return where(less(square(d), 0.25), near, sub(log(ratio), d))
  })
}

// Coefficients of the continued fractions of Stieltjes (DLMF 5.10.1 and the quotients of differences of B₂ₖ / 2k).
const stirlingCoefficients = [
  1 / 12,
  1 / 30,
  53 / 210,
  195 / 371,
  22999 / 22737,
  29944523 / 19733142,
  109535241009 / 48264275462,
]
const digammaCoefficients = [
  1 / 12,
  1 / 10,
  79 / 210,
  1205 / 1659,
  262445 / 209429,
  33461119209 / 18089284070,
  2.6300666004439535,
  3.4730223857331985,
]

/** c₀ / (x + c₁ / (y + c₂ / (x + c₃ / (y + …)))), to 1e-8 from two on. */
function continuedFraction(coefficients: readonly number[], x: Tensor, y: Tensor | number): Tensor {
  const [innermost, ...outer] = coefficients.toReversed()
  const under = (index: number): Tensor | number => (index % 2 === 0 ? x : y)
  return outer.reduce<Tensor>(
    (inner, coefficient, at) => div(coefficient, add(under(coefficients.length - 2 - at), inner)),
    div(innermost, under(coefficients.length - 1)),
  )
}

/**
 * What is missing from the leading terms of Stirling's series, for y ≥ 1:
 * lgamma(y) = (y - 1/2) log y - y + log(2π) / 2 + stirlingError(y).
 */
export function stirlingErrorFromOne(y: Tensor): Tensor {
  return tidy(() => {
    const next = add(y, 1)
    // stirlingError(y) - stirlingError(y + 1) = (y + 1/2) log(1 + 1/y) - 1 = atanh(v) / v - 1
    const squareOfV = square(reciprocal(add(mul(y, 2), 1)))
    return add(mul(squareOfV, atanhTail(squareOfV)), continuedFraction(stirlingCoefficients, next, next))
  })
}

/** As `stirlingErrorFromOne`, for every y > 0. */
export function stirlingError(y: Tensor): Tensor {
  const below = cast(less(y, 1), 'float32')
  const toNext = sub(mul(add(y, 0.5), log(div(add(y, 1), y))), 1)
  return add(mul(below, toNext), stirlingErrorFromOne(add(y, below)))
}

/**
 * What is missing from the leading terms of the series of digamma, for y ≥ 1:
 * digamma(y) = log y - 1 / (2 y) - digammaError(y).
 */
export function digammaErrorFromOne(y: Tensor): Tensor {
  return tidy(() => {
    // digammaError(y) - digammaError(y + 1) = 1/(2 y) + 1/(2 (y + 1)) - log(1 + 1/y)
    const v = reciprocal(add(mul(y, 2), 1))
    const squareOfV = square(v)
    const series = polynomial(squareOfV, [4 / 3, 8 / 5, 12 / 7, 16 / 9, 20 / 11, 24 / 13, 28 / 15])
    const fraction = continuedFraction(digammaCoefficients, square(add(y, 1)), 1)
    return add(mul(mul(v, squareOfV), series), fraction)
  })
}

/** As `digammaErrorFromOne`, for every y > 0. */
export function digammaError(y: Tensor): Tensor {
  const below = cast(less(y, 1), 'float32')
  const next = add(y, 1)
  const toNext = sub(add(div(0.5, y), div(0.5, next)), log(div(next, y)))
  return add(mul(below, toNext), digammaErrorFromOne(add(y, below)))
}
