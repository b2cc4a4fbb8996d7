import { part, strideOf, vectorEnd, whole } from './access'
import { inputSplit, listsOfCells, listsOfInputs } from './listTasks'
import { isOutputLayer } from './outputTasks'
import type { Place, PlanBuilder } from './plan'
import { isListed, type Node, type OperationOf } from './recording'

/** A dense layer; the last one is computed with the likelihood. */
export function dense(builder: PlanBuilder, node: Node, operation: OperationOf<'dense'>): void {
  if (isOutputLayer(builder, node)) return
  if (isListed(operation.input)) sparse(builder, node, operation)
  else {
    const [input, weight] = [builder.place(operation.input), builder.place(operation.weight)]
    const out = builder.place(node)
    const bias = operation.bias && builder.place(operation.bias)
    const split = builder.unitSplit(node.columns)
    builder.add({
      kernel: 'product',
      split,
      numbers: (begin, end, thread) => [
        ...[0, builder.cells, begin, end, operation.input.columns],
        ...[input.address, strideOf(input), 0],
        ...[weight.address, strideOf(weight), 1],
        ...[bias?.address ?? 0, 0, out.address, strideOf(out), builder.scratchOf(thread)],
      ],
      reads: [whole(input), whole(weight), ...(bias ? [whole(bias)] : [])],
      writes: [part(out, split)],
    })
  }
}

/** A layer that reads lists of what is not zero. */
function sparse(builder: PlanBuilder, node: Node, { input, weight, bias }: OperationOf<'dense'>): void {
  if (!bias) throw new Error('A layer that reads lists needs a bias.')
  const lists = listsOfCells(builder, input)
  const [weights, biases, out] = [builder.place(weight), builder.place(bias), builder.place(node)]
  const split = builder.cellSplit
  builder.add({
    kernel: 'sparseLayer',
    split,
    numbers: (begin, end, thread) => [
      ...[begin, end, input.columns, vectorEnd(node.columns)],
      ...[lists.begins, lists.ends, lists.entries, weights.address, biases.address],
      ...[out.address, strideOf(out), builder.scratchOf(thread)],
    ],
    reads: [lists.read(split), whole(weights), whole(biases)],
    writes: [part(out, split)],
  })
}

export function denseBackward(builder: PlanBuilder, node: Node, operation: OperationOf<'dense'>): void {
  const gradient = builder.gradientOf(node)
  if (!gradient) return
  const { input, weight, bias } = operation
  if (bias && builder.needsGradient(bias)) sumColumns(builder, gradient, builder.onlyContribution(bias))
  if (input.operation.kind === 'logCounts') {
    if (builder.needsGradient(input)) attribute(builder, node, operation, gradient)
  } else if (builder.needsGradient(input)) {
    if (isListed(input)) listedGradient(builder, operation, gradient)
    else inputGradient(builder, operation, gradient)
  }
  if (!builder.needsGradient(weight)) return
  if (isListed(input)) updateListed(builder, operation, gradient)
  else weightGradient(builder, operation, gradient)
}

function sumColumns(builder: PlanBuilder, matrix: Place, sums: Place): void {
  const split = builder.unitSplit(matrix.layout.columns)
  builder.add({
    kernel: 'columnSums',
    split,
    numbers: (begin, end) => [
      ...[begin, vectorEnd(end), builder.cells, matrix.address, strideOf(matrix), sums.address],
    ],
    reads: [part(matrix, split)],
    writes: [part(sums, split)],
  })
}

/** Gradient by the input: output gradients · weights. */
function inputGradient(builder: PlanBuilder, { input, weight }: OperationOf<'dense'>, gradient: Place): void {
  const weights = builder.place(weight)
  const split = builder.unitSplit(input.columns)
  const { place, add } = builder.contribution(input)
  builder.add({
    kernel: 'product',
    split,
    numbers: (begin, end, thread) => [
      ...[0, builder.cells, begin, end, gradient.layout.columns],
      ...[gradient.address, strideOf(gradient), 0],
      ...[weights.address, strideOf(weights), 0],
      ...[0, add, place.address, strideOf(place), builder.scratchOf(thread)],
    ],
    reads: [whole(gradient), whole(weights)],
    writes: [part(place, split)],
  })
}

/** Gradient by the inputs that are listed. */
function listedGradient(
  builder: PlanBuilder,
  { input, weight }: OperationOf<'dense'>,
  gradient: Place,
): void {
  const weights = builder.place(weight)
  const lists = listsOfCells(builder, input)
  const split = builder.cellSplit
  const { place, add } = builder.contribution(input)
  builder.add({
    kernel: 'sparseLayerInputs',
    split,
    numbers: (begin, end, thread) => [
      ...[begin, end, input.columns, gradient.layout.columns],
      ...[lists.begins, lists.ends, lists.entries],
      ...[gradient.address, strideOf(gradient), weights.address],
      ...[add, place.address, strideOf(place), builder.scratchOf(thread)],
    ],
    reads: [part(gradient, split), lists.read(split), whole(weights)],
    writes: [part(place, split)],
  })
}

function weightGradient(builder: PlanBuilder, operation: OperationOf<'dense'>, gradient: Place): void {
  const input = builder.place(operation.input)
  const split = builder.unitSplit(gradient.layout.columns)
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

/** Gradient by the weights of a layer that reads lists, and the step of Adam on them. */
function updateListed(builder: PlanBuilder, { input, weight }: OperationOf<'dense'>, gradient: Place): void {
  if (weight.operation.kind !== 'parameter')
    throw new Error('Weights of a layer that reads lists must be a parameter.')
  if (builder.consumers.get(weight.id)?.length !== 1)
    throw new Error('Weights that two layers share cannot be updated where their gradient is made.')
  const stored = builder.surroundings.parameters.parameter(weight.operation.name)
  const lists = listsOfInputs(builder, input)
  const split = inputSplit(builder, input)
  const kept = builder.request.purpose === 'inspect' ? builder.onlyContribution(weight) : null
  builder.add({
    kernel: 'sparseLayerUpdate',
    split,
    numbers: (begin, end, thread) => [
      ...[begin, end, input.columns, gradient.layout.columns],
      ...[lists.begins, lists.ends, lists.entries],
      ...[builder.cells, gradient.address, strideOf(gradient)],
      ...[stored.value, stored.firstMoment, stored.secondMoment, stored.adam],
      ...[kept?.address ?? 0, builder.scratchOf(thread)],
    ],
    reads: [whole(gradient), lists.read(split)],
    writes: [part(kept ?? builder.place(weight), split)],
  })
}

/** Sums over points of factor times the gradient by each stored gene's log(1 + count), by gene. */
function attribute(builder: PlanBuilder, node: Node, operation: OperationOf<'dense'>, gradient: Place): void {
  const weight = builder.place(operation.weight)
  const lists = listsOfInputs(builder, operation.input)
  const { geneSplit } = builder
  builder.attributions = builder.room(vectorEnd(builder.surroundings.model.genes))
  builder.add({
    kernel: 'attributeGenes',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      ...[begin, end, builder.surroundings.model.genes, vectorEnd(node.columns)],
      ...[lists.begins, lists.ends, lists.entries],
      ...[builder.cells, gradient.address, strideOf(gradient), weight.address],
      ...[builder.attributions, builder.scratchOf(thread)],
    ],
    reads: [whole(gradient), whole(weight), lists.read(geneSplit)],
    writes: [{ buffer: 'attributions', split: geneSplit }],
  })
}
