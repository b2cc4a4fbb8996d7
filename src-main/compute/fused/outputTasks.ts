import { part, strideOf, vectorEnd, whole } from './access'
import { countsBuffer } from './countTasks'
import { inPanels } from './layouts'
import type { Place, PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'
import type { Split } from './schedule'

const dispersionsBuffer = 'dispersions'

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
  const { model, threads, kernels } = builder.surroundings
  const logTheta = builder.place(operation.logInverseDispersion)
  const dispersions = builder.room(vectorEnd(model.genes) * 4)
  builder.add({
    kernel: 'prepareDispersions',
    split: geneSplit,
    numbers: (begin, end) => [begin, end, logTheta.address, dispersions],
    reads: [whole(logTheta)],
    writes: [{ buffer: dispersionsBuffer, split: geneSplit }],
  })
  const tableFloats = kernels.riseTables(model.genes) / 4
  const tables = Array.from({ length: threads }, () => builder.room(tableFloats))

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
      inputs.rawCounts,
      inputs.countBytes,
      tables[thread],
      inputs.libraries,
      operation.meanFloor,
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
    ],
    writes: [part(panels, cellSplit), part(out, cellSplit), part(unitGradients, cellSplit)],
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
      stored.adam,
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
