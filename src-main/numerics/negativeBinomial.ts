import { digammaRise, logGamma, logGammaRise } from './specialFunctions'

/** Added to means and inverse dispersions inside logarithms, where the published code adds it. */
export const negativeBinomialEpsilon = 1e-8

export interface NegativeBinomialPoint {
  logProbability: number
  /** Derivative with respect to the mean. */
  byMean: number
  /** Derivative with respect to the inverse dispersion. */
  byInverseDispersion: number
}

/** lgamma(x + 1) of small counts. */
const logFactorials = Float64Array.from({ length: 1024 }, (_, x) => logGamma(x + 1))

function logFactorial(x: number): number {
  return x < logFactorials.length ? logFactorials[x] : logGamma(x + 1)
}

/**
 * Log-probability of a count under the negative binomial with the given mean μ and inverse dispersion θ (variance
 * μ + μ²/θ), and its derivatives, ε = 1e-8:
 *
 *   θ (log(θ+ε) - log(θ+μ+ε)) + x (log(μ+ε) - log(θ+μ+ε)) + lgamma(x+θ) - lgamma(θ) - lgamma(x+1)
 *
 * evaluated through log1p and differences of series, so that it stays exact for θ up to 1e8 and more.
 */
export function negativeBinomial(x: number, mean: number, theta: number): NegativeBinomialPoint {
  const thetaEpsilon = theta + negativeBinomialEpsilon
  const total = thetaEpsilon + mean
  const logShare = Math.log1p(mean / thetaEpsilon)
  const common = (x + theta) / total
  return {
    logProbability:
      x === 0
        ? -theta * logShare
        : -theta * logShare +
          x * Math.log((mean + negativeBinomialEpsilon) / total) +
          logGammaRise(x, theta) -
          logFactorial(x),
    byMean: x / (mean + negativeBinomialEpsilon) - common,
    byInverseDispersion: theta / thetaEpsilon - logShare - common + digammaRise(x, theta),
  }
}

/**
 * The part of the log-probability of a count that does not depend on the mean, in the form whose other part is
 * x log(μ+ε) - (θ+x) log(1 + μ/(θ+ε)).
 */
export function negativeBinomialConstant(x: number, theta: number): number {
  return logGammaRise(x, theta) - x * Math.log(theta + negativeBinomialEpsilon) - logFactorial(x)
}

export interface SoftmaxNegativeBinomial {
  /** Log-likelihood of each cell, summed over genes. */
  logLikelihood: Float32Array
  /** Derivative of the cell's log-likelihood by each of its logits, cells × genes; null where not asked for. */
  byLogits: Float32Array | null
  /** Derivative of the cell's log-likelihood by each gene's log inverse dispersion, cells × genes; null likewise. */
  byLogInverseDispersion: Float32Array | null
}

export interface SoftmaxNegativeBinomialOptions {
  /** Added to every mean. */
  readonly meanFloor: number
  readonly withGradients: boolean
}

/**
 * Likelihood of counts whose mean is the cell's total count times softmax over genes of the logits, plus a floor.
 * Computed in double precision; lgamma and digamma are touched only where counts are not zero.
 * @param logits cells × genes
 * @param logInverseDispersion log θ of each gene
 * @param counts cells × genes
 */
export function softmaxNegativeBinomial(
  logits: Float32Array,
  logInverseDispersion: Float32Array,
  counts: Float32Array,
  { meanFloor, withGradients }: SoftmaxNegativeBinomialOptions,
): SoftmaxNegativeBinomial {
  const genes = logInverseDispersion.length
  const cells = logits.length / genes
  const theta = Float64Array.from(logInverseDispersion, (value) => Math.exp(value))
  const logLikelihood = new Float32Array(cells)
  const byLogits = withGradients ? new Float32Array(logits.length) : null
  const byLogInverseDispersion = withGradients ? new Float32Array(logits.length) : null
  const frequencies = new Float64Array(genes)
  const byMean = new Float64Array(genes)

  for (let cell = 0; cell < cells; cell++) {
    const start = cell * genes
    let largest = -Infinity
    let library = 0
    for (let gene = 0; gene < genes; gene++) {
      largest = Math.max(largest, logits[start + gene])
      library += counts[start + gene]
    }
    let partition = 0
    for (let gene = 0; gene < genes; gene++) {
      const value = Math.exp(logits[start + gene] - largest)
      frequencies[gene] = value
      partition += value
    }
    let sum = 0
    let pull = 0
    for (let gene = 0; gene < genes; gene++) {
      frequencies[gene] /= partition
      const mean = library * frequencies[gene] + meanFloor
      const x = counts[start + gene]
      const thetaOfGene = theta[gene]
      if (x === 0) {
        // The common case, written out: no gamma functions.
        const thetaEpsilon = thetaOfGene + negativeBinomialEpsilon
        const logShare = Math.log1p(mean / thetaEpsilon)
        const common = thetaOfGene / (thetaEpsilon + mean)
        sum -= thetaOfGene * logShare
        byMean[gene] = -common
        if (byLogInverseDispersion) {
          byLogInverseDispersion[start + gene] =
            thetaOfGene * (thetaOfGene / thetaEpsilon - logShare - common)
        }
      } else {
        const point = negativeBinomial(x, mean, thetaOfGene)
        sum += point.logProbability
        byMean[gene] = point.byMean
        if (byLogInverseDispersion) {
          byLogInverseDispersion[start + gene] = thetaOfGene * point.byInverseDispersion
        }
      }
      pull += frequencies[gene] * byMean[gene]
    }
    logLikelihood[cell] = sum
    if (byLogits) {
      for (let gene = 0; gene < genes; gene++) {
        byLogits[start + gene] = library * frequencies[gene] * (byMean[gene] - pull)
      }
    }
  }
  return { logLikelihood, byLogits, byLogInverseDispersion }
}
