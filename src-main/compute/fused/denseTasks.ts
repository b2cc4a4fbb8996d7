import { part, strideOf, vectorEnd, whole } from './access'
import { countsBuffer, listsBuffer, type GeneLists } from './countTasks'
import { isOutputLayer } from './outputTasks'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

/** A dense layer; the first one touches only stored counts, the last one is computed with the likelihood. */
export function dense(builder: PlanBuilder, node: Node, operation: OperationOf<'dense'>): void {
  if (isOutputLayer(builder, node)) return
  const [out, weight] = [builder.place(node), builder.place(operation.weight)]
  const bias = operation.bias && builder.place(operation.bias)
  if (operation.input.operation.kind === 'logCounts') {
    if (!bias) throw new Error('The first layer needs a bias.')
    const { inputs, cellSplit } = builder
    builder.add({
      kernel: 'sparseLayer',
      split: cellSplit,
      numbers: (begin, end, thread) => [
        begin,
        end,
        builder.surroundings.model.genes,
        vectorEnd(node.columns),
        inputs.rowStarts,
        inputs.storedGenes,
        inputs.logCounts,
        weight.address,
        bias.address,
        out.address,
        strideOf(out),
        builder.scratchOf(thread),
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
      bias?.address ?? 0,
      0,
      out.address,
      strideOf(out),
      builder.scratchOf(thread),
    ],
    reads: [whole(input), whole(weight), ...(bias ? [whole(bias)] : [])],
    writes: [part(out, split)],
  })
}

export function denseBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'dense'>,
  lists: GeneLists | null,
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const split = builder.unitSplit(node.columns)
  if (operation.bias && builder.needsGradient(operation.bias)) {
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
    if (builder.needsGradient(operation.input) && lists) attribute(builder, node, operation, lists)
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

function sparseBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'dense'>,
  lists: GeneLists,
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const { parameters } = builder.surroundings
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
      builder.surroundings.model.genes,
      vectorEnd(node.columns),
      lists.listBegins,
      lists.listEnds,
      lists.listedCells,
      lists.listedValues,
      gradient.address,
      strideOf(gradient),
      stored.value,
      stored.firstMoment,
      stored.secondMoment,
      stored.adam,
      kept?.address ?? 0,
      builder.scratchOf(thread),
    ],
    reads: [whole(gradient), { buffer: listsBuffer, split: geneSplit }],
    writes: [part(kept ?? builder.place(operation.weight), geneSplit)],
  })
}

/** Sums over points of factor times the gradient by each stored gene's log(1 + count), by gene. */
function attribute(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'dense'>,
  lists: GeneLists,
): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const weight = builder.place(operation.weight)
  const { geneSplit } = builder
  builder.attributions = builder.room(vectorEnd(builder.surroundings.model.genes))
  builder.add({
    kernel: 'attributeGenes',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      begin,
      end,
      builder.surroundings.model.genes,
      vectorEnd(node.columns),
      lists.listBegins,
      lists.listEnds,
      lists.listedCells,
      lists.listedValues,
      gradient.address,
      strideOf(gradient),
      weight.address,
      builder.attributions,
      builder.scratchOf(thread),
    ],
    reads: [whole(gradient), whole(weight), { buffer: listsBuffer, split: geneSplit }],
    writes: [{ buffer: 'attributions', split: geneSplit }],
  })
}
