import { inPanels } from './layouts'
import type { Place, PlanBuilder } from './plan'
import type { Node, Recorded } from './recording'
import type { Access, Split } from './schedule'

/** Added to the variance of a batch before its root. */
const batchNormEpsilon = 1e-3

type Of<Kind extends Recorded['kind']> = Extract<Recorded, { kind: Kind }>

export function whole(place: Place): Access {
  return { buffer: place.buffer, split: null }
}

export function part(place: Place, split: Split): Access {
  return { buffer: place.buffer, split }
}

/** Bytes from row to row. */
export function strideOf(place: Place): number {
  return place.layout.stride * 4
}

/** The end of a part, rounded up to whole vectors. */
export function vectorEnd(end: number): number {
  return Math.ceil(end / 4) * 4
}

/** Gene-wise lists and everything about counts that is not a node. */
export const countsBuffer = 'counts'
const rawBuffer = 'raw counts'
export const listsBuffer = 'lists'
export const dispersionsBuffer = 'dispersions'
const risesBuffer = 'rises'

/** What several operations of a pass need, made once. */
export interface Prepared {
  readonly listBegins: number
  readonly listEnds: number
  readonly listedCells: number
  readonly listedLogCounts: number
  readonly listedEntries: number
}

/** Widens the counts that the host left. */
export function unpackCounts(builder: PlanBuilder): void {
  const { inputs, cells } = builder
  builder.add({
    kernel: 'unpackCounts',
    split: builder.cellSplit,
    numbers: (begin, end) => [
      begin,
      end,
      cells,
      inputs.rowStarts,
      inputs.rawGenes,
      inputs.geneBytes,
      inputs.rawCounts,
      inputs.countBytes,
      inputs.storedGenes,
      inputs.counts,
      inputs.logCounts,
      inputs.libraries,
      inputs.logFactorials,
      builder.surroundings.scalars.factorials,
    ],
    reads: [{ buffer: rawBuffer, split: null }],
    writes: [{ buffer: countsBuffer, split: builder.cellSplit }],
  })
}

/** Lists the stored counts gene by gene. */
export function listByGene(builder: PlanBuilder): Prepared {
  const { inputs, cells, geneSplit } = builder
  const { genes } = builder.surroundings.model
  const lists = {
    listBegins: builder.room(genes),
    listEnds: builder.room(genes),
    listedCells: builder.room(cells * genes),
    listedLogCounts: builder.room(cells * genes),
    listedEntries: builder.room(cells * genes),
  }
  builder.add({
    kernel: 'listByGene',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      begin,
      end,
      cells,
      inputs.rowStarts,
      inputs.storedGenes,
      inputs.logCounts,
      lists.listBegins,
      lists.listEnds,
      lists.listedCells,
      lists.listedLogCounts,
      lists.listedEntries,
      builder.scratchOf(thread),
    ],
    reads: [{ buffer: countsBuffer, split: null }],
    writes: [{ buffer: listsBuffer, split: geneSplit }],
  })
  return lists
}

/** Writes down how a node is computed. */
export function computeNode(builder: PlanBuilder, node: Node, lists: Prepared | null): void {
  const { operation } = node
  switch (operation.kind) {
    case 'parameter':
    case 'logCounts':
    case 'counts':
    case 'design':
    case 'noise':
    case 'weightedSum':
      return
    case 'dense':
      dense(builder, node, operation)
      return
    case 'batchNorm':
      batchNorm(builder, node, operation)
      return
    case 'relu':
    case 'dropout':
      activation(builder, node, operation)
      return
    case 'negativeBinomial':
      negativeBinomial(builder, node, operation, lists)
      return
    case 'betaPenalty':
    case 'bernoulliKl':
      penalty(builder, node, operation)
      return
    case 'gaussianKl':
      gaussianKl(builder, node, operation)
      return
    case 'selectRows':
      selectRows(builder, node, operation)
      return
    case 'variance':
    case 'sampleGaussian':
    case 'zeros':
    case 'straightThroughSigmoid':
    case 'multiply':
      elementwise(builder, node, operation)
  }
}

/** Whether this is the layer before the likelihood, which is computed together with it. */
export function isOutputLayer(builder: PlanBuilder, node: Node): boolean {
  return (builder.consumers.get(node.id) ?? []).some(({ operation }) => operation.kind === 'negativeBinomial')
}

function dense(builder: PlanBuilder, node: Node, operation: Of<'dense'>): void {
  if (isOutputLayer(builder, node)) return
  const [out, weight, bias] = [
    builder.place(node),
    builder.place(operation.weight),
    builder.place(operation.bias),
  ]
  if (operation.input.operation.kind === 'logCounts') {
    const { inputs, cellSplit } = builder
    builder.add({
      kernel: 'sparseLayer',
      split: cellSplit,
      numbers: (begin, end) => [
        begin,
        end,
        vectorEnd(node.columns),
        inputs.rowStarts,
        inputs.storedGenes,
        inputs.logCounts,
        weight.address,
        strideOf(weight),
        bias.address,
        out.address,
        strideOf(out),
      ],
      reads: [{ buffer: countsBuffer, split: cellSplit }, whole(weight), whole(bias)],
      writes: [part(out, cellSplit)],
    })
    return
  }
  const input = builder.place(operation.input)
  const split = builder.unitSplit(node.columns)
  builder.add({
    kernel: 'product',
    split,
    numbers: (begin, end, thread) => [
      0,
      builder.cells,
      begin,
      end,
      operation.input.columns,
      input.address,
      strideOf(input),
      0,
      weight.address,
      strideOf(weight),
      1,
      bias.address,
      0,
      out.address,
      strideOf(out),
      builder.scratchOf(thread),
    ],
    reads: [whole(input), whole(weight), whole(bias)],
    writes: [part(out, split)],
  })
}

/** Addresses of what a BatchNorm layer keeps for the way back. */
export interface KeptLayer {
  readonly normalised: Place
  readonly inverseDeviations: number
}
const keptLayers = new WeakMap<Node, KeptLayer>()

export function keptLayer(node: Node): KeptLayer {
  const kept = keptLayers.get(node)
  if (!kept) throw new Error('The way back comes before the way forward.')
  return kept
}

function batchNorm(builder: PlanBuilder, node: Node, operation: Of<'batchNorm'>): void {
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
  const { parameters } = builder.surroundings
  if (builder.request.training) {
    builder.layers.push({ layer: operation.layer, units: node.columns, means, variances })
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

function activation(builder: PlanBuilder, node: Node, operation: Of<'relu'> | Of<'dropout'>): void {
  const split = builder.unitSplit(node.columns)
  const [input, out] = [builder.place(operation.input), builder.place(node)]
  const keep = operation.kind === 'dropout' ? builder.place(operation.keep) : null
  builder.add({
    kernel: operation.kind === 'dropout' ? 'keepUnits' : 'rectify',
    split,
    numbers: (begin, end) => [
      begin,
      vectorEnd(end),
      builder.cells,
      input.address,
      strideOf(input),
      ...(operation.kind === 'dropout' && keep ? [keep.address, 1 / (1 - operation.rate)] : []),
      out.address,
    ],
    reads: [part(input, split)],
    writes: [part(out, split)],
  })
}

function negativeBinomial(
  builder: PlanBuilder,
  node: Node,
  operation: Of<'negativeBinomial'>,
  lists: Prepared | null,
): void {
  const { logits } = operation
  if (logits.operation.kind !== 'dense' || !lists)
    throw new Error('The likelihood needs a dense layer before it.')
  const { inputs, cells, cellSplit, geneSplit } = builder
  const { model, threads } = builder.surroundings
  const logTheta = builder.place(operation.logInverseDispersion)
  const dispersions = builder.room(vectorEnd(model.genes) * 4)
  const [rises, digammaRises] = [builder.room(cells * model.genes + 4), builder.room(cells * model.genes + 4)]
  builder.add({
    kernel: 'prepareDispersions',
    split: geneSplit,
    numbers: (begin, end) => [begin, end, logTheta.address, dispersions],
    reads: [whole(logTheta)],
    writes: [{ buffer: dispersionsBuffer, split: geneSplit }],
  })
  builder.add({
    kernel: 'prepareRises',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      begin,
      end,
      lists.listBegins,
      lists.listEnds,
      lists.listedEntries,
      inputs.counts,
      dispersions,
      rises,
      digammaRises,
      builder.scratchOf(thread),
    ],
    reads: [
      { buffer: listsBuffer, split: geneSplit },
      { buffer: dispersionsBuffer, split: geneSplit },
      { buffer: countsBuffer, split: null },
    ],
    writes: [{ buffer: risesBuffer, split: geneSplit }],
  })

  const units = builder.place(logits.operation.input)
  const [weight, bias] = [builder.place(logits.operation.weight), builder.place(logits.operation.bias)]
  const panels: Place = {
    buffer: 'logits',
    layout: inPanels(cells, model.genes),
    address: builder.room(inPanels(cells, model.genes).length),
  }
  const withGradients = builder.differentiates && builder.needsGradient(node)
  const copy = builder.request.purpose === 'inspect' ? builder.room(panels.layout.length) : 0
  const partStride = vectorEnd(model.genes) * 16
  const byDispersion = withGradients ? builder.room((partStride / 4) * threads) : 0
  const out = builder.place(node)
  const unitGradients =
    withGradients && builder.needsGradient(logits.operation.input)
      ? builder.onlyContribution(logits.operation.input)
      : { buffer: 'unused unit gradients', address: builder.room(units.layout.length), layout: units.layout }
  builder.output = { panels, copy, dispersions, byDispersion, partStride }
  builder.add({
    kernel: 'outputLayer',
    split: cellSplit,
    numbers: (begin, end, thread) => [
      begin / 8,
      Math.ceil(end / 8),
      cells,
      model.genes,
      units.layout.columns,
      units.address,
      strideOf(units),
      weight.address,
      bias.address,
      dispersions,
      inputs.rowStarts,
      inputs.storedGenes,
      inputs.counts,
      rises,
      digammaRises,
      inputs.libraries,
      inputs.logFactorials,
      panels.address,
      copy,
      out.address,
      withGradients ? builder.weightOf(node) : 0,
      byDispersion + thread * partStride,
      unitGradients.address,
      builder.scratchOf(thread),
    ],
    reads: [
      whole(units),
      whole(weight),
      whole(bias),
      { buffer: dispersionsBuffer, split: null },
      { buffer: countsBuffer, split: cellSplit },
      { buffer: risesBuffer, split: null },
    ],
    writes: [part(panels, cellSplit), part(out, cellSplit), part(unitGradients, cellSplit)],
  })
}

/** Sums of penalties are left in one double for each thread. */
function penalty(builder: PlanBuilder, node: Node, operation: Of<'betaPenalty'> | Of<'bernoulliKl'>): void {
  const logits = builder.place(operation.logits)
  const prior = operation.kind === 'bernoulliKl' ? builder.place(operation.priorLogits) : null
  const split = builder.rowSplit(operation.logits)
  const sums = builder.room(2 * builder.surroundings.threads)
  builder.partialSums.set(node.id, sums)
  builder.add({
    kernel: operation.kind === 'betaPenalty' ? 'softplusSum' : 'bernoulliKl',
    split,
    numbers: (begin, end, thread) => [
      begin,
      end,
      operation.logits.columns,
      logits.address,
      ...(operation.kind === 'bernoulliKl' && prior ? [prior.address, operation.presentOnly ? 1 : 0] : []),
      sums + 8 * thread,
    ],
    reads: [whole(logits), ...(prior ? [whole(prior)] : [])],
    writes: [],
  })
}

function gaussianKl(builder: PlanBuilder, node: Node, operation: Of<'gaussianKl'>): void {
  const { cellSplit } = builder
  const [means, variances] = [builder.place(operation.mean), builder.place(operation.variance)]
  const [priorMeans, out] = [builder.place(operation.priorMean), builder.place(node)]
  builder.add({
    kernel: 'gaussianKl',
    split: cellSplit,
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
    reads: [part(means, cellSplit), part(variances, cellSplit), part(priorMeans, cellSplit)],
    writes: [part(out, cellSplit)],
  })
}

function selectRows(builder: PlanBuilder, node: Node, operation: Of<'selectRows'>): void {
  const { cellSplit, inputs } = builder
  const [matrix, out] = [builder.place(operation.matrix), builder.place(node)]
  builder.add({
    kernel: 'selectRows',
    split: cellSplit,
    numbers: (begin, end) => [
      begin,
      end,
      out.layout.stride,
      inputs.designStarts,
      inputs.designRows,
      inputs.designValues,
      matrix.address,
      out.address,
    ],
    reads: [whole(matrix)],
    writes: [part(out, cellSplit)],
  })
}

type Elementwise =
  Of<'variance'> | Of<'sampleGaussian'> | Of<'zeros'> | Of<'straightThroughSigmoid'> | Of<'multiply'>

function elementwise(builder: PlanBuilder, node: Node, operation: Elementwise): void {
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
  }
}
