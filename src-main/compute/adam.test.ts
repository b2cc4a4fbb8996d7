import { describe, expect, test } from 'vitest'
import golden from '../golden/adam.json'
import { adamStep } from './adam'

const precisions = [
  ['float64', Float64Array, 1e-12],
  ['float32', Float32Array, 1e-6],
] as const

describe.each(Object.entries(golden.runs))('Adam, golden %s', (_name, run) => {
  test.each(precisions)('parameter and moments after each step in %s', (_precision, Floats, tolerance) => {
    const size = golden.param0.data.length
    const values = Floats.from(golden.param0.data)
    const [first, second] = [new Floats(size), new Floats(size)]
    run.steps.forEach((expected, step) => {
      const gradient = Floats.from(golden.grads.data.slice(step * size, (step + 1) * size))
      adamStep(values, gradient, first, second, step + 1, {
        learningRate: run.lr,
        beta1: run.beta1,
        beta2: run.beta2,
        epsilon: run.eps,
        weightDecay: run.weight_decay,
      })
      const pairs = [
        [values, expected.param.data],
        [first, expected.m.data],
        [second, expected.v.data],
      ] as const
      for (const [actual, numbers] of pairs) {
        // Moments are sums that can cancel: the tolerance is relative to the largest of the vector.
        const allowed = tolerance * Math.max(...numbers.map(Math.abs))
        numbers.forEach((number, at) => expect(Math.abs(actual[at] - number)).toBeLessThanOrEqual(allowed))
      }
    })
  })
})
