import {
  isOutputLayer,
  keptLayer,
  listsBuffer,
  part,
  strideOf,
  vectorEnd,
  whole,
  type Prepared,
} from './forward'
import type { PlanBuilder } from './plan'
import type { Node, Recorded } from './recording'
import type { Split } from './schedule'

type Of<Kind extends Recorded['kind']> = Extract<Recorded, { kind: Kind }>

/** Columns of an input gradient that are computed at a time. */
const columnsAtOnce = 512

/** Writes down how the gradient by a node is handed to those it was computed from. */
export function propagate(builder: PlanBuilder, node: Node, lists: Prepared | null): void {
  if (!builder.needsGradient(node)) return
  const { operation } = node
  switch (operation.kind) {
    case 'negativeBinomial':
      outputLayerBackward(builder, node, operation)
      return
    case 'gaussianKl':
      gaussianKlBackward(builder, node, operation)
      return
    case 'betaPenalty':
    case 'bernoulliKl':
      penaltyBackward(builder, node, operation)
      return
    case 'dense':
      if (!isOutputLayer(builder, node)) denseBackward(builder, node, operation, lists)
      return
    case 'batchNorm':
      batchNormBackward(builder, node, operation)
      return
    case 'relu':
    case 'dropout':
      activationBackward(builder, node, operation)
      return
    case 'selectRows':
      selectRowsBackward(builder, node, operation)
      return
    case 'variance':
      elementwiseBackward(builder, node, operation.input, 'varianceBackward', [operation.input])
      return
    case 'sampleGaussian':
      elementwiseBackward(builder, node, operation.mean, 'copyGradient', [])
      elementwiseBackward(builder, node, operation.variance, 'sampleBackward', [
        operation.variance,
        operation.noise,
      ])
      return
    case 'straightThroughSigmoid':
      elementwiseBackward(builder, node, operation.logits, 'drawMaskBackward', [
        operation.logits,
        operation.noise,
      ])
      return
    case 'multiply':
      elementwiseBackward(builder, node, operation.a, 'multiply', [operation.b])
      elementwiseBackward(builder, node, operation.b, 'multiply', [operation.a])
      return
    case 'parameter':
    case 'logCounts':
    case 'counts':
    case 'design':
    case 'noise':
    case 'zeros':
    case 'weightedSum':
      return
  }
}

/** The gradient by a node that something was handed to; null where nothing was. */
function gradientOf(builder: PlanBuilder, node: Node) {
  return builder.gradients.get(node.id) ?? null
}

/** A kernel that takes the gradient, other values, whether to add, and where to. */
function elementwiseBackward(
  builder: PlanBuilder,
  node: Node,
  input: Node,
  kernel: 'varianceBackward' | 'copyGradient' | 'sampleBackward' | 'drawMaskBackward' | 'multiply',
  others: readonly Node[],
): void {
  const gradient = gradientOf(builder, node)
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
      add,
      place.address,
    ],
    reads: [part(gradient, split), ...places.map((other) => part(other, split))],
    writes: [part(place, split)],
  })
}

function outputLayerBackward(builder: PlanBuilder, node: Node, operation: Of<'negativeBinomial'>): void {
  const { logits, logInverseDispersion } = operation
  if (logits.operation.kind !== 'dense' || !builder.output) return
  const { weight, bias, input } = logits.operation
  if (![weight, bias, logInverseDispersion].some((parameter) => builder.needsGradient(parameter))) return
  const { model, scalars, threads, parameters } = builder.surroundings
  if (weight.operation.kind !== 'parameter')
    throw new Error('Weights of the output layer must be a parameter.')
  const stored = parameters.parameter(weight.operation.name)
  const split: Split = { key: 'gene blocks', count: Math.ceil(model.genes / 4), unit: 1 }
  const units = builder.place(input)
  const { panels, dispersions, byDispersion, partStride } = builder.output
  const inspects = builder.request.purpose === 'inspect'
  const weightGradient = inspects || !stored.trained ? builder.onlyContribution(weight) : null
  const [byBias, byLogTheta] = [
    builder.onlyContribution(bias),
    builder.onlyContribution(logInverseDispersion),
  ]
  builder.add({
    kernel: 'outputLayerUpdate',
    split,
    numbers: (begin, end, thread) => [
      begin,
      end,
      builder.cells,
      model.genes,
      input.columns,
      units.address,
      strideOf(units),
      panels.address,
      stored.value,
      stored.firstMoment,
      stored.secondMoment,
      scalars.adam,
      weightGradient?.address ?? 0,
      byBias.address,
      dispersions,
      byDispersion,
      threads,
      partStride,
      builder.weightOf(node),
      byLogTheta.address,
      builder.scratchOf(thread),
    ],
    reads: [whole(panels), whole(units)],
    writes: [
      part(byBias, split),
      part(byLogTheta, split),
      weightGradient ? part(weightGradient, split) : part(builder.place(weight), split),
    ],
  })
}

function gaussianKlBackward(builder: PlanBuilder, node: Node, operation: Of<'gaussianKl'>): void {
  const { cellSplit } = builder
  const [means, variances] = [builder.place(operation.mean), builder.place(operation.variance)]
  const priorMeans = builder.place(operation.priorMean)
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
      split: cellSplit,
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
      reads: [part(means, cellSplit), part(priorMeans, cellSplit)],
      writes: [part(place, cellSplit)],
    })
  }
  if (!builder.needsGradient(operation.variance)) return
  const { place, add } = builder.contribution(operation.variance)
  builder.add({
    kernel: 'gaussianKlByVariance',
    split: cellSplit,
    numbers: (begin, end) => [begin * stride, end * stride, variances.address, weight, add, place.address],
    reads: [part(variances, cellSplit)],
    writes: [part(place, cellSplit)],
  })
}

function penaltyBackward(
  builder: PlanBuilder,
  node: Node,
  operation: Of<'betaPenalty'> | Of<'bernoulliKl'>,
): void {
  const weight = builder.weightOf(node)
  const logits = builder.place(operation.logits)
  const split = builder.rowSplit(operation.logits)
  const { stride } = logits.layout
  if (operation.kind === 'betaPenalty') {
    const { place, add } = builder.contribution(operation.logits)
    builder.add({
      kernel: 'softplusBackward',
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        logits.address,
        weight,
        operation.alpha - 1,
        add,
        place.address,
      ],
      reads: [whole(logits)],
      writes: [part(place, split)],
    })
    return
  }
  const prior = builder.place(operation.priorLogits)
  for (const [input, kernel] of [
    [operation.logits, 'bernoulliKlByLogits'],
    [operation.priorLogits, 'bernoulliKlByPrior'],
  ] as const) {
    if (!builder.needsGradient(input)) continue
    const { place, add } = builder.contribution(input)
    builder.add({
      kernel,
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        logits.address,
        prior.address,
        operation.presentOnly ? 1 : 0,
        weight,
        add,
        place.address,
      ],
      reads: [whole(logits), whole(prior)],
      writes: [part(place, split)],
    })
  }
}

function denseBackward(
  builder: PlanBuilder,
  node: Node,
  operation: Of<'dense'>,
  lists: Prepared | null,
): void {
  const gradient = gradientOf(builder, node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  if (builder.needsGradient(operation.bias)) {
    const place = builder.onlyContribution(operation.bias)
    builder.add({
      kernel: 'columnSums',
      split,
      numbers: (begin, end) => [
        begin,
        vectorEnd(end),
        builder.cells,
        gradient.address,
        strideOf(gradient),
        place.address,
      ],
      reads: [part(gradient, split)],
      writes: [part(place, split)],
    })
  }
  if (operation.input.operation.kind === 'logCounts') {
    if (builder.needsGradient(operation.weight) && lists) sparseBackward(builder, node, operation, lists)
    if (builder.needsGradient(operation.input)) inputBackward(builder, node, operation)
    return
  }
  const [input, weight] = [builder.place(operation.input), builder.place(operation.weight)]
  if (builder.needsGradient(operation.input)) {
    const inputSplit = builder.unitSplit(operation.input.columns)
    const { place, add } = builder.contribution(operation.input)
    builder.add({
      kernel: 'product',
      split: inputSplit,
      numbers: (begin, end, thread) => [
        ...[0, builder.cells, begin, end, node.columns],
        ...[gradient.address, strideOf(gradient), 0],
        ...[weight.address, strideOf(weight), 0],
        ...[0, add, place.address, strideOf(place), builder.scratchOf(thread)],
      ],
      reads: [whole(gradient), whole(weight)],
      writes: [part(place, inputSplit)],
    })
  }
  if (builder.needsGradient(operation.weight)) {
    const { place, add } = builder.contribution(operation.weight)
    builder.add({
      kernel: 'product',
      split,
      numbers: (begin, end, thread) => [
        ...[begin, end, 0, operation.input.columns, builder.cells],
        ...[gradient.address, strideOf(gradient), 1],
        ...[input.address, strideOf(input), 0],
        ...[0, add, place.address, strideOf(place), builder.scratchOf(thread)],
      ],
      reads: [part(gradient, split), whole(input)],
      writes: [part(place, split)],
    })
  }
}

function sparseBackward(builder: PlanBuilder, node: Node, operation: Of<'dense'>, lists: Prepared): void {
  const gradient = gradientOf(builder, node)
  if (!gradient) return
  const { parameters, scalars } = builder.surroundings
  if (operation.weight.operation.kind !== 'parameter')
    throw new Error('Weights of the first layer must be a parameter.')
  const stored = parameters.parameter(operation.weight.operation.name)
  const { geneSplit } = builder
  const kept = builder.request.purpose === 'inspect' ? builder.onlyContribution(operation.weight) : null
  builder.add({
    kernel: 'sparseLayerUpdate',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      begin,
      end,
      vectorEnd(node.columns),
      lists.listBegins,
      lists.listEnds,
      lists.listedCells,
      lists.listedLogCounts,
      gradient.address,
      strideOf(gradient),
      stored.value,
      stored.firstMoment,
      stored.secondMoment,
      stored.layout.stride * 4,
      scalars.adam,
      kept?.address ?? 0,
      builder.scratchOf(thread),
    ],
    reads: [whole(gradient), { buffer: listsBuffer, split: geneSplit }],
    writes: [part(kept ?? builder.place(operation.weight), geneSplit)],
  })
}

/** Gradient by log(1 + count), for attributions: cells × genes. */
function inputBackward(builder: PlanBuilder, node: Node, operation: Of<'dense'>): void {
  const gradient = gradientOf(builder, node)
  if (!gradient) return
  const weight = builder.place(operation.weight)
  const place = builder.onlyContribution(operation.input)
  const { genes } = builder.surroundings.model
  for (let first = 0; first < genes; first += columnsAtOnce) {
    builder.add({
      kernel: 'product',
      split: builder.cellSplit,
      numbers: (begin, end, thread) => [
        ...[begin, end, first, Math.min(genes, first + columnsAtOnce), node.columns],
        ...[gradient.address, strideOf(gradient), 0],
        ...[weight.address, strideOf(weight), 1],
        ...[0, 0, place.address, strideOf(place), builder.scratchOf(thread)],
      ],
      reads: [whole(gradient), whole(weight)],
      writes: [part(place, builder.cellSplit)],
    })
  }
}

function batchNormBackward(builder: PlanBuilder, node: Node, operation: Of<'batchNorm'>): void {
  const gradient = gradientOf(builder, node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  const { normalised, inverseDeviations } = keptLayer(node)
  const scale = builder.place(operation.scale)
  const [byScale, byOffset] = [
    builder.onlyContribution(operation.scale),
    builder.onlyContribution(operation.offset),
  ]
  const place = builder.onlyContribution(operation.input)
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

function activationBackward(builder: PlanBuilder, node: Node, operation: Of<'relu'> | Of<'dropout'>): void {
  const gradient = gradientOf(builder, node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  const place = builder.onlyContribution(operation.input)
  const other = builder.place(operation.kind === 'dropout' ? operation.keep : node)
  builder.add({
    kernel: operation.kind === 'dropout' ? 'keepUnits' : 'rectifyBackward',
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      gradient.address,
      strideOf(gradient),
      other.address,
      ...(operation.kind === 'dropout' ? [1 / (1 - operation.rate)] : []),
      place.address,
    ],
    reads: [part(gradient, split), part(other, split)],
    writes: [part(place, split)],
  })
}

function selectRowsBackward(builder: PlanBuilder, node: Node, operation: Of<'selectRows'>): void {
  const gradient = gradientOf(builder, node)
  if (!gradient || !builder.needsGradient(operation.matrix)) return
  const { inputs } = builder
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
      inputs.designStarts,
      inputs.designRows,
      inputs.designValues,
      gradient.address,
      add,
      place.address,
    ],
    reads: [whole(gradient)],
    writes: [part(place, split)],
  })
}
