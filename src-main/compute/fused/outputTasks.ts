import { part, strideOf, vectorEnd, whole } from './access'
import { countsBuffer } from './countTasks'
import { inPanels, stripOutputs } from './layouts'
import { listsOfCells, listsOfGenes, listsOfInputs } from './listTasks'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'
import type { Split } from './schedule'

const dispersionsBuffer = 'dispersions'
const risesBuffer = 'rises'
const gradientsBuffer = 'gradients by logits'

/** Whether this is the layer before the likelihood, which is computed together with it. */
export function isOutputLayer(builder: PlanBuilder, node: Node): boolean {
  return (builder.consumers.get(node.id) ?? []).some(({ operation }) => operation.kind === 'negativeBinomial')
}

/** Dispersions, then output layer and likelihood together. */
export function negativeBinomial(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'negativeBinomial'>,
): void {
  const { logits } = operation
  if (logits.operation.kind !== 'dense' || !logits.operation.bias)
    throw new Error('The likelihood needs a dense layer with a bias before it.')
  const { inputs, cells, cellSplit, geneSplit } = builder
  const { model, threads } = builder.surroundings
  const logTheta = builder.place(operation.logInverseDispersion)
  const dispersions = builder.room(vectorEnd(model.genes) * 4)
  builder.add({
    kernel: 'prepareDispersions',
    split: geneSplit,
    numbers: (begin, end) => [begin, end, logTheta.address, dispersions],
    reads: [whole(logTheta)],
    writes: [{ buffer: dispersionsBuffer, split: geneSplit }],
  })
  const lists = listsOfGenes(builder)
  const rises = builder.room(vectorEnd(model.genes) * 2)
  builder.add({
    kernel: 'sumRises',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      ...[begin, end, inputs.rowStarts, inputs.storedGenes, inputs.rawCounts, inputs.countBytes],
      ...[lists.begins, lists.ends, lists.entries],
      ...[dispersions, rises, builder.scratchOf(thread)],
    ],
    reads: [
      { buffer: countsBuffer, split: null },
      lists.read(geneSplit),
      { buffer: dispersionsBuffer, split: geneSplit },
    ],
    writes: [{ buffer: risesBuffer, split: geneSplit }],
  })

  const units = listsOfCells(builder, logits.operation.input)
  const [weight, bias] = [builder.place(logits.operation.weight), builder.place(logits.operation.bias)]
  const withGradients = builder.differentiates && builder.needsGradient(node)
  const layoutOfCopy = inPanels(cells, model.genes)
  const copy = builder.request.purpose === 'inspect' ? builder.room(layoutOfCopy.length) : 0
  const strips = Math.ceil(model.genes / stripOutputs)
  const gradients = withGradients ? builder.room(strips * Math.ceil(cells / 8) * 8 * stripOutputs) : 0
  const partStride = vectorEnd(model.genes) * 16
  const byDispersion = withGradients ? builder.room((partStride / 4) * threads) : 0
  const out = builder.place(node)
  const { layout } = builder.place(logits.operation.input)
  const unitGradients =
    withGradients && builder.needsGradient(logits.operation.input)
      ? builder.onlyContribution(logits.operation.input)
      : { buffer: 'unused unit gradients', address: builder.room(layout.length), layout }
  const logitsCopy = { address: copy, layout: layoutOfCopy }
  builder.output = { logitsCopy, gradients, dispersions, rises, byDispersion, partStride }
  builder.add({
    kernel: 'outputLayer',
    split: cellSplit,
    numbers: (begin, end, thread) => [
      begin / 8,
      Math.ceil(end / 8),
      cells,
      model.genes,
      layout.columns,
      units.begins,
      units.ends,
      units.entries,
      weight.address,
      bias.address,
      dispersions,
      inputs.rowStarts,
      inputs.storedGenes,
      inputs.rawCounts,
      inputs.countBytes,
      inputs.libraries,
      operation.meanFloor,
      copy,
      out.address,
      withGradients ? builder.weightOf(node) : 0,
      byDispersion + thread * partStride,
      gradients,
      unitGradients.address,
      strideOf(unitGradients),
      builder.scratchOf(thread),
    ],
    reads: [
      units.read(cellSplit),
      whole(weight),
      whole(bias),
      { buffer: dispersionsBuffer, split: null },
      { buffer: countsBuffer, split: cellSplit },
    ],
    writes: [
      { buffer: gradientsBuffer, split: cellSplit },
      part(out, cellSplit),
      part(unitGradients, cellSplit),
    ],
  })
}

/** Gradients by what belongs to the output layer, and the step of Adam on its weights. */
export function outputLayerBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'negativeBinomial'>,
): void {
  const { logits, logInverseDispersion } = operation
  if (logits.operation.kind !== 'dense' || !builder.output) return
  const { weight, bias, input } = logits.operation
  if (!bias) return
  if (![weight, bias, logInverseDispersion].some((parameter) => builder.needsGradient(parameter))) return
  const { model, threads, parameters } = builder.surroundings
  if (weight.operation.kind !== 'parameter')
    throw new Error('Weights of the output layer must be a parameter.')
  const stored = parameters.parameter(weight.operation.name)
  const split: Split = { key: 'strips of genes', count: Math.ceil(model.genes / stripOutputs), unit: 1 }
  const units = listsOfInputs(builder, input)
  const { gradients, dispersions, rises, byDispersion, partStride } = builder.output
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
      units.begins,
      units.ends,
      units.entries,
      gradients,
      stored.value,
      stored.firstMoment,
      stored.secondMoment,
      stored.adam,
      weightGradient?.address ?? 0,
      byBias.address,
      dispersions,
      byDispersion,
      threads,
      partStride,
      rises,
      builder.weightOf(node),
      byLogTheta.address,
      builder.scratchOf(thread),
    ],
    reads: [{ buffer: gradientsBuffer, split: null }, units.read(null), { buffer: risesBuffer, split: null }],
    writes: [
      part(byBias, split),
      part(byLogTheta, split),
      weightGradient ? part(weightGradient, split) : part(builder.place(weight), split),
    ],
  })
}
