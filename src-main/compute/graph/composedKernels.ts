import { add, concat, div, mul, reshape, slice, sqrt, square, sub, tidy } from '@tensorflow/tfjs-core'
import { negativeBinomial } from './composedLikelihood'
import type { GraphKernels } from './graphBackend'

/**
 * Kernels composed of tfjs operations, for a device that has no kernels of ours: no value is read on the host and no
 * moment leaves the device.
 */
export const composedKernels: GraphKernels = {
  negativeBinomial,
  adam: (trained, gradient, steps, { learningRate, beta1, beta2, epsilon, weightDecay }) => {
    const [stepSize, correction] = [learningRate / (1 - beta1 ** steps), 1 / Math.sqrt(1 - beta2 ** steps)]
    const [values, moments] = tidy(() => {
      const { size, shape } = trained.values
      const before = reshape(trained.values, [1, size])
      const g = add(reshape(gradient, [1, size]), mul(before, weightDecay))
      const m = add(mul(slice(trained.moments, [0, 0], [1, size]), beta1), mul(g, 1 - beta1))
      const v = add(mul(slice(trained.moments, [1, 0], [1, size]), beta2), mul(square(g), 1 - beta2))
      const deviation = add(mul(sqrt(v), correction), epsilon)
      const after = sub(before, div(mul(m, stepSize), deviation))
      return [reshape(after, shape), concat([m, v], 0)]
    })
    return { values, moments }
  },
  moveTowards: (running, seen, share, factor) =>
    tidy(() => add(running, mul(sub(mul(seen, factor), running), share))),
}
