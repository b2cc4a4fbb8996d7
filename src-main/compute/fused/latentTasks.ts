import { part, strideOf, whole } from './access'
import type { DesignPlaces, PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'
import type { Split } from './schedule'

export function gaussianKl(builder: PlanBuilder, node: Node, operation: OperationOf<'gaussianKl'>): void {
  const split = builder.rowSplit(node)
  const [means, variances] = [builder.place(operation.mean), builder.place(operation.variance)]
  const [priorMeans, out] = [builder.place(operation.priorMean), builder.place(node)]
  builder.add({
    kernel: 'gaussianKl',
    split,
    numbers: (begin, end) => [
      begin,
      end,
      operation.mean.columns,
      strideOf(means),
      means.address,
      variances.address,
      priorMeans.address,
      out.address,
    ],
    reads: [part(means, split), part(variances, split), part(priorMeans, split)],
    writes: [part(out, split)],
  })
}

export function gaussianKlBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'gaussianKl'>,
): void {
  const split = builder.rowSplit(node)
  const [means, priorMeans] = [builder.place(operation.mean), builder.place(operation.priorMean)]
  const { stride } = means.layout
  const weight = builder.weightOf(node)
  for (const [input, sign] of [
    [operation.mean, 1],
    [operation.priorMean, -1],
  ] as const) {
    if (!builder.needsGradient(input)) continue
    const { place, add } = builder.contribution(input)
    builder.add({
      kernel: 'gaussianKlByMean',
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        means.address,
        priorMeans.address,
        weight,
        sign,
        add,
        place.address,
      ],
      reads: [part(means, split), part(priorMeans, split)],
      writes: [part(place, split)],
    })
  }
  gaussianKlByVariance(builder, node, operation.variance)
}

/** Gradient by the variance, whatever the prior mean is. */
export function gaussianKlByVariance(builder: PlanBuilder, node: Node, variance: Node): void {
  if (!builder.needsGradient(variance)) return
  const split = builder.rowSplit(node)
  const weight = builder.weightOf(node)
  const variances = builder.place(variance)
  const { stride } = variances.layout
  const { place, add } = builder.contribution(variance)
  builder.add({
    kernel: 'gaussianKlByVariance',
    split,
    numbers: (begin, end) => [begin * stride, end * stride, variances.address, weight, add, place.address],
    reads: [part(variances, split)],
    writes: [part(place, split)],
  })
}

function designOf({ inputs }: PlanBuilder, { design }: OperationOf<'selectRows'>): DesignPlaces {
  return design.operation.kind === 'covariates' ? inputs.covariates : inputs.design
}

export function selectRows(builder: PlanBuilder, node: Node, operation: OperationOf<'selectRows'>): void {
  const { cellSplit } = builder
  const design = designOf(builder, operation)
  const [matrix, out] = [builder.place(operation.matrix), builder.place(node)]
  builder.add({
    kernel: 'selectRows',
    split: cellSplit,
    numbers: (begin, end) => [
      begin,
      end,
      out.layout.stride,
      design.starts,
      design.rows,
      matrix.address,
      out.address,
    ],
    reads: [whole(matrix)],
    writes: [part(out, cellSplit)],
  })
}

export function selectRowsBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'selectRows'>,
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient || !builder.needsGradient(operation.matrix)) return
  const design = designOf(builder, operation)
  const { place, add } = builder.contribution(operation.matrix)
  const split: Split = { key: `columns:${node.columns}`, count: gradient.layout.stride, unit: 4 }
  builder.add({
    kernel: 'selectRowsBackward',
    split,
    numbers: (begin, end) => [
      begin,
      end,
      gradient.layout.stride,
      builder.rowsOf(operation.matrix),
      builder.cells,
      design.starts,
      design.rows,
      gradient.address,
      add,
      place.address,
    ],
    reads: [whole(gradient)],
    writes: [part(place, split)],
  })
}

type Elementwise =
  | OperationOf<'variance'>
  | OperationOf<'sampleGaussian'>
  | OperationOf<'zeros'>
  | OperationOf<'straightThroughSigmoid'>
  | OperationOf<'multiply'>
  | OperationOf<'add'>
  | OperationOf<'gaussianLogRatio'>
  | OperationOf<'bernoulliLogRatio'>

export function logitOf(probability: number): number {
  return Math.log(probability / (1 - probability))
}

export function elementwise(builder: PlanBuilder, node: Node, operation: Elementwise): void {
  const split = builder.rowSplit(node)
  const out = builder.place(node)
  const { kernel, inputs, numbers } = elementwiseKernel(operation)
  const places = inputs.map((input) => builder.place(input))
  builder.add({
    kernel,
    split,
    numbers: (begin, end) => [
      begin * out.layout.stride,
      end * out.layout.stride,
      ...places.map(({ address }) => address),
      ...numbers,
      out.address,
    ],
    reads: places.map((place) => part(place, split)),
    writes: [part(out, split)],
  })
}

function elementwiseKernel(operation: Elementwise) {
  switch (operation.kind) {
    case 'variance':
      return { kernel: 'variance', inputs: [operation.input], numbers: [operation.floor] } as const
    case 'sampleGaussian':
      return {
        kernel: 'sample',
        inputs: [operation.mean, operation.variance, operation.noise],
        numbers: [],
      } as const
    case 'zeros':
      return { kernel: 'fillZeros', inputs: [], numbers: [] } as const
    case 'straightThroughSigmoid':
      return { kernel: 'drawMask', inputs: [operation.logits, operation.noise], numbers: [] } as const
    case 'multiply':
      return { kernel: 'multiply', inputs: [operation.a, operation.b], numbers: [0] } as const
    case 'add':
      return { kernel: 'addElements', inputs: [operation.a, operation.b], numbers: [] } as const
    case 'gaussianLogRatio':
      return {
        kernel: 'gaussianLogRatio',
        inputs: [operation.sample, operation.variance, operation.noise],
        numbers: [],
      } as const
    case 'bernoulliLogRatio': {
      const { priorProbability } = operation
      return {
        kernel: 'bernoulliLogRatio',
        inputs: [operation.mask, operation.logits],
        numbers: [logitOf(priorProbability), Math.log(1 - priorProbability)],
      } as const
    }
  }
}

/** A kernel that takes the gradient, other values, numbers, whether to add, and where to. */
export function elementwiseBackward(
  builder: PlanBuilder,
  node: Node,
  input: Node,
  kernel:
    | 'varianceBackward'
    | 'copyGradient'
    | 'sampleBackward'
    | 'drawMaskBackward'
    | 'multiply'
    | 'gaussianLogRatioByVariance'
    | 'bernoulliLogRatioByMask'
    | 'bernoulliLogRatioByLogits',
  others: readonly Node[],
  numbers: readonly number[] = [],
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient || !builder.needsGradient(input)) return
  const split = builder.rowSplit(node)
  const places = others.map((other) => builder.place(other))
  const { place, add } = builder.contribution(input)
  const { stride } = gradient.layout
  builder.add({
    kernel,
    split,
    numbers: (begin, end) => [
      begin * stride,
      end * stride,
      gradient.address,
      ...places.map(({ address }) => address),
      ...numbers,
      add,
      place.address,
    ],
    reads: [part(gradient, split), ...places.map((other) => part(other, split))],
    writes: [part(place, split)],
  })
}

/** The gradient by a term of the loss whose elements are summed: its weight. */
export function weightElements(builder: PlanBuilder, node: Node): void {
  if (!builder.needsGradient(node)) return
  const split = builder.rowSplit(node)
  const weight = builder.weightOf(node)
  const { place, add } = builder.contribution(node)
  const { stride } = place.layout
  builder.add({
    kernel: 'spreadWeight',
    split,
    numbers: (begin, end) => [begin * stride, end * stride, weight, add, place.address],
    reads: [],
    writes: [part(place, split)],
  })
}
