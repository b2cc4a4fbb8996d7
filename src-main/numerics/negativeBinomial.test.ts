import { describe, expect, test } from 'vitest'
import golden from '../golden/nb_logprob.json'
import { negativeBinomial, softmaxNegativeBinomial } from './negativeBinomial'
import { logGamma } from './specialFunctions'

/** The largest absolute term of the formula, as the golden files' tolerance asks. */
function largestTerm(x: number, mean: number, theta: number): number {
  const logTotal = Math.log(theta + mean + golden.eps)
  return Math.max(
    Math.abs(theta * Math.log(theta + golden.eps)),
    Math.abs(theta * logTotal),
    Math.abs(x * Math.log(mean + golden.eps)),
    Math.abs(x * logTotal),
    Math.abs(logGamma(x + theta)),
    Math.abs(logGamma(theta)),
    Math.abs(logGamma(x + 1)),
  )
}

describe('negative binomial', () => {
  test('log-probability and derivatives of every golden row', () => {
    expect(golden.rows).toHaveLength(448)
    for (const [x, mean, theta, logProbability, byMean, byTheta, byLogTheta] of golden.rows) {
      const point = negativeBinomial(x, mean, theta)
      const where = `x ${x}, mean ${mean}, theta ${theta}`
      const absolute = 1e-9 + 4e-16 * largestTerm(x, mean, theta)
      expect(Math.abs(point.logProbability - logProbability), where).toBeLessThanOrEqual(absolute)
      expect(Math.abs(point.byMean - byMean), where).toBeLessThanOrEqual(1e-10 + 1e-8 * Math.abs(byMean))
      const ours = point.byInverseDispersion
      expect(Math.abs(ours - byTheta), where).toBeLessThanOrEqual(1e-10 + 1e-8 * Math.abs(byTheta))
      // Multiplied by θ, the rounding of terms of order one is multiplied too.
      expect(Math.abs(theta * ours - byLogTheta), where).toBeLessThanOrEqual(
        1e-9 + 1e-8 * Math.abs(byLogTheta) + 4e-16 * theta,
      )
    }
  })

  test('derivatives through the softmax agree with finite differences', () => {
    const genes = 5
    const counts = Float32Array.from([0, 3, 0, 40, 1, 2, 0, 0, 0, 7])
    const logits = Float32Array.from([0.3, -1, 0.5, 2, 0, -0.25, 0.75, 1, -2, 1.5])
    const logTheta = Float32Array.from([-2, 0, 1, 3, 8])
    const { byLogits, byLogInverseDispersion } = softmaxNegativeBinomial(logits, logTheta, counts, {
      meanFloor: 0,
      withGradients: true,
    })
    const step = 2 ** -6
    /** Central difference of the cell's log-likelihood by one entry of `values`, of third order. */
    const difference = (values: Float32Array, at: number, cell: number): number => {
      const kept = values[at]
      const shifted = (by: number): number => {
        values[at] = kept + by
        const { logLikelihood } = softmaxNegativeBinomial(logits, logTheta, counts, {
          meanFloor: 0,
          withGradients: false,
        })
        values[at] = kept
        return logLikelihood[cell]
      }
      return (8 * (shifted(step) - shifted(-step)) - (shifted(2 * step) - shifted(-2 * step))) / (12 * step)
    }
    for (let cell = 0; cell < 2; cell++) {
      for (let gene = 0; gene < genes; gene++) {
        const at = cell * genes + gene
        expect(byLogits?.[at]).toBeCloseTo(difference(logits, at, cell), 2)
        expect(byLogInverseDispersion?.[at]).toBeCloseTo(difference(logTheta, gene, cell), 2)
      }
    }
  })

  test('an empty cell has likelihood one and no derivatives', () => {
    const result = softmaxNegativeBinomial(new Float32Array(3), new Float32Array(3), new Float32Array(3), {
      meanFloor: 0,
      withGradients: true,
    })
    expect([...result.logLikelihood].map(Math.abs)).toEqual([0])
    expect([...(result.byLogits ?? [])].map(Math.abs)).toEqual([0, 0, 0])
  })
})
