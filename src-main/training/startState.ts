import type { ModelState } from '../compute/executor'
import { sizeOf, type Model, type NamedTensors, type TensorDescription } from '../compute/model'
import { withNewOptimiser } from '../models/stages'
import { RandomStream } from '../numerics/random'

function startValues(tensor: TensorDescription, seed: number, index: number): Float32Array {
  const values = new Float32Array(sizeOf(tensor.shape))
  const stream = new RandomStream(seed, 'startValues', index)
  switch (tensor.start.kind) {
    case 'constant':
      return values.fill(tensor.start.value)
    case 'values':
      values.set(tensor.start.values)
      return values
    case 'normal':
      return stream.fillNormal(values)
    case 'uniform': {
      const { bound } = tensor.start
      return stream.fillUniform(values).map((u) => bound * (2 * u - 1))
    }
  }
}

/** The values with which a run of this seed starts. */
export function startState(model: Model, seed: number): ModelState {
  const filled = (tensors: readonly TensorDescription[]): NamedTensors =>
    Object.fromEntries(tensors.map((tensor, index) => [tensor.name, startValues(tensor, seed, index)]))
  return withNewOptimiser(model, filled(model.parameters), filled(model.statistics))
}
