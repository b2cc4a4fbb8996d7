import { batchNormEpsilon } from '../operations'
import { part, strideOf, vectorEnd, whole } from './access'
import type { Place, PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

/** Addresses of what a BatchNorm layer keeps for the way back. */
interface KeptLayer {
  readonly normalised: Place
  readonly inverseDeviations: number
}

const keptLayers = new WeakMap<Node, KeptLayer>()

function keptLayer(node: Node): KeptLayer {
  const kept = keptLayers.get(node)
  if (!kept) throw new Error('The way back comes before the way forward.')
  return kept
}

export function batchNorm(builder: PlanBuilder, node: Node, operation: OperationOf<'batchNorm'>): void {
  const split = builder.unitSplit(node.columns)
  const [input, out] = [builder.place(operation.input), builder.place(node)]
  const [scale, offset] = [builder.place(operation.scale), builder.place(operation.offset)]
  const units = vectorEnd(node.columns)
  const [means, variances, inverseDeviations] = [
    builder.room(units),
    builder.room(units),
    builder.room(units),
  ]
  const normalised: Place = {
    buffer: `normalised ${node.id}`,
    address: builder.room(out.layout.length),
    layout: out.layout,
  }
  keptLayers.set(node, { normalised, inverseDeviations })
  const statistics = { buffer: `statistics ${operation.layer}`, split }
  const { parameters, model } = builder.surroundings
  if (builder.request.training) {
    if (model.statistics.some(({ name, moves }) => moves && name === `${operation.layer}.runningMean`)) {
      builder.layers.push({ layer: operation.layer, units: node.columns, means, variances })
    }
    builder.add({
      kernel: 'batchStatistics',
      split,
      numbers: (begin, end) => [
        begin,
        vectorEnd(end),
        builder.cells,
        input.address,
        strideOf(input),
        batchNormEpsilon,
        means,
        variances,
        inverseDeviations,
      ],
      reads: [part(input, split)],
      writes: [statistics],
    })
  } else {
    builder.add({
      kernel: 'runningStatistics',
      split,
      numbers: (begin, end) => [
        begin,
        vectorEnd(end),
        batchNormEpsilon,
        parameters.statistic(`${operation.layer}.runningMean`),
        parameters.statistic(`${operation.layer}.runningVariance`),
        means,
        inverseDeviations,
      ],
      reads: [],
      writes: [statistics],
    })
  }
  builder.add({
    kernel: 'normalise',
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      input.address,
      strideOf(input),
      means,
      inverseDeviations,
      scale.address,
      offset.address,
      normalised.address,
      out.address,
    ],
    reads: [part(input, split), statistics, whole(scale), whole(offset)],
    writes: [part(normalised, split), part(out, split)],
  })
}

export function batchNormBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'batchNorm'>,
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  const { normalised, inverseDeviations } = keptLayer(node)
  const scale = builder.place(operation.scale)
  const [byScale, byOffset] = [
    builder.onlyContribution(operation.scale),
    builder.onlyContribution(operation.offset),
  ]
  const place = builder.contributionInPlace(operation.input, gradient)
  builder.add({
    kernel: 'normaliseBackward',
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      gradient.address,
      strideOf(gradient),
      normalised.address,
      inverseDeviations,
      scale.address,
      builder.request.training ? 1 : 0,
      byScale.address,
      byOffset.address,
      place.address,
    ],
    reads: [part(gradient, split), part(normalised, split), whole(scale)],
    writes: [part(byScale, split), part(byOffset, split), part(place, split)],
  })
}

type Activation = OperationOf<'relu'> | OperationOf<'leakyRelu'> | OperationOf<'dropout'>

/** ReLU, leaky ReLU or dropout. */
export function activation(builder: PlanBuilder, node: Node, operation: Activation): void {
  const split = builder.unitSplit(node.columns)
  const [input, out] = [builder.place(operation.input), builder.place(node)]
  const { kernel, numbers, reads } = activationKernel(builder, operation)
  builder.add({
    kernel,
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      input.address,
      strideOf(input),
      ...numbers,
      out.address,
    ],
    reads: [part(input, split), ...reads],
    writes: [part(out, split)],
  })
}

function activationKernel(builder: PlanBuilder, operation: Activation) {
  switch (operation.kind) {
    case 'relu':
      return { kernel: 'rectify', numbers: [], reads: [] } as const
    case 'leakyRelu':
      return { kernel: 'leakyRectify', numbers: [operation.slope], reads: [] } as const
    case 'dropout': {
      const keep = builder.place(operation.keep)
      const numbers = [keep.address, 1 / (1 - operation.rate)]
      // Drawn cell by cell.
      return { kernel: 'keepUnits', numbers, reads: [whole(keep)] } as const
    }
  }
}

const backwardKernels = {
  relu: 'rectifyBackward',
  leakyRelu: 'leakyRectifyBackward',
  dropout: 'keepUnits',
} as const

export function activationBackward(builder: PlanBuilder, node: Node, operation: Activation): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  const place = builder.contributionInPlace(operation.input, gradient)
  const other = builder.place(operation.kind === 'dropout' ? operation.keep : node)
  builder.add({
    kernel: backwardKernels[operation.kind],
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      gradient.address,
      strideOf(gradient),
      other.address,
      ...(operation.kind === 'dropout' ? [1 / (1 - operation.rate)] : []),
      ...(operation.kind === 'leakyRelu' ? [operation.slope] : []),
      place.address,
    ],
    reads: [part(gradient, split), part(other, split)],
    writes: [part(place, split)],
  })
}
