import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import { adamStep } from '../adam'
import type { GraphKernels } from './graphBackend'
import { floatsOf, negativeBinomial } from './probability'

function like(reference: Tensor, values: Float32Array): Tensor {
  return tensor(values, reference.shape)
}

/** Loops on the host, for backends whose tensors can be read at once. */
export const hostKernels: GraphKernels = {
  negativeBinomial,
  adam: (trained, gradient, steps, settings) => {
    const values = floatsOf(trained.values).slice()
    const moments = floatsOf(trained.moments).slice()
    const [first, second] = [moments.subarray(0, values.length), moments.subarray(values.length)]
    adamStep(values, floatsOf(gradient), first, second, steps, settings)
    return { values: like(trained.values, values), moments: like(trained.moments, moments) }
  },
  moveTowards: (running, seen, share, factor) => {
    const values = floatsOf(seen)
    return like(
      running,
      floatsOf(running).map((value, at) => value + share * (factor * values[at] - value)),
    )
  },
}
