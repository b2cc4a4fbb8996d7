import { negativeBinomialConstant } from '../../numerics/negativeBinomial'
import type { NamedTensors } from '../model'
import { readCounts } from './inputs'
import { readTensor } from './layouts'
import { batchNormMomentum } from './makePlan'
import type { KernelMemory } from './memory'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'
import { rowValues, scalarValue, type TermSum } from './termSums'

/** Values that the model shows, after a forward pass of a plan made for inspection. */
export function intermediatesOf(
  memory: KernelMemory,
  builder: PlanBuilder,
  sums: ReadonlyMap<number, TermSum>,
): Record<string, Float32Array> {
  return Object.fromEntries(
    [...builder.request.recording.observed].map(([name, node]) => [
      name,
      valueOf(memory, builder, node, sums),
    ]),
  )
}

function valueOf(
  memory: KernelMemory,
  builder: PlanBuilder,
  node: Node,
  sums: ReadonlyMap<number, TermSum>,
): Float32Array {
  const { kind } = node.operation
  if (kind === 'negativeBinomial') return logLikelihoods(memory, builder, node, node.operation)
  if (kind === 'gaussianKl' || kind === 'maskedGaussianKl') return rowValues(memory, builder, node).slice()
  if (kind === 'weightedSum' || (sums.has(node.id) && node.rows === 1))
    return Float32Array.of(scalarValue(node, sums))
  const isLogits = builder.request.recording.nodes.some(
    ({ operation }) => operation.kind === 'negativeBinomial' && operation.logits === node,
  )
  if (isLogits && builder.output) {
    const { address, layout } = builder.output.logitsCopy
    return readTensor(layout, memory.floats(address, layout.length))
  }
  const { address, layout } = builder.place(node)
  return readTensor(layout, memory.floats(address, layout.length))
}

/** Of each cell, with what the counts alone add. */
function logLikelihoods(
  memory: KernelMemory,
  builder: PlanBuilder,
  node: Node,
  { logInverseDispersion }: OperationOf<'negativeBinomial'>,
): Float32Array {
  const { inputs, cells } = builder
  const { address, layout } = builder.place(logInverseDispersion)
  const theta = readTensor(layout, memory.floats(address, layout.length)).map(Math.exp)
  const starts = memory.integers(inputs.rowStarts, cells + 1)
  const genes = memory.integers(inputs.storedGenes, starts[cells])
  const counts = readCounts(memory, builder)
  return rowValues(memory, builder, node).map((value, cell) => {
    let sum = value
    for (let entry = starts[cell]; entry < starts[cell + 1]; entry++) {
      sum += negativeBinomialConstant(counts[entry], theta[genes[entry]])
    }
    return sum
  })
}

/** Gradients by trained parameters, after the way back of a plan made for inspection. */
export function gradientsOf(memory: KernelMemory, builder: PlanBuilder): NamedTensors {
  return Object.fromEntries(
    [...builder.parameterGradients].flatMap(([name, { address }]) => {
      const { trained, layout } = builder.surroundings.parameters.parameter(name)
      return trained ? [[name, readTensor(layout, memory.floats(address, layout.length))] as const] : []
    }),
  )
}

/** Running statistics as a step would leave them. */
export function statisticsAfter(memory: KernelMemory, builder: PlanBuilder): NamedTensors {
  const statistics = builder.surroundings.parameters.readStatistics()
  const { cells } = builder
  for (const { layer, units, means, variances } of builder.layers) {
    const [seenMeans, seenVariances] = [memory.floats(means, units), memory.floats(variances, units)]
    const [mean, variance] = [statistics[`${layer}.runningMean`], statistics[`${layer}.runningVariance`]]
    for (let unit = 0; unit < units; unit++) {
      const unbiased = (seenVariances[unit] * cells) / (cells - 1)
      mean[unit] += batchNormMomentum * (seenMeans[unit] - mean[unit])
      variance[unit] += batchNormMomentum * (unbiased - variance[unit])
    }
  }
  return statistics
}
