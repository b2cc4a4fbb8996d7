import { part, strideOf } from './access'
import { countsBuffer } from './countTasks'
import type { Lists, PlanBuilder } from './plan'
import { isListed, type Node } from './recording'
import type { Access, Split } from './schedule'

function madeOnce(known: Map<number, Lists>, node: Node, make: () => Lists): Lists {
  const lists = known.get(node.id) ?? make()
  known.set(node.id, lists)
  return lists
}

/** The cells' lists of a value that a layer reads. */
export function listsOfCells(builder: PlanBuilder, node: Node): Lists {
  if (node.operation.kind === 'logCounts') return listedCounts(builder)
  return madeOnce(builder.listsOfCells, node, () => {
    const place = builder.place(node)
    return listValues(builder, node, {
      ...{ buffer: `rows of ${node.id}`, split: builder.cellSplit },
      ...{ lists: builder.cells, length: node.columns, lineStride: strideOf(place), valueStride: 4 },
    })
  })
}

/** The lists of the inputs of a layer, its columns. */
export function listsOfInputs(builder: PlanBuilder, node: Node): Lists {
  if (node.operation.kind === 'logCounts') return listsOfGenes(builder)
  return madeOnce(builder.listsOfInputs, node, () => {
    const place = builder.place(node)
    return listValues(builder, node, {
      ...{ buffer: `columns of ${node.id}`, split: inputSplit(builder, node) },
      ...{ lists: node.columns, length: builder.cells, lineStride: 4, valueStride: strideOf(place) },
    })
  })
}

/** How the inputs of a layer are shared out where its weights change. */
export function inputSplit(builder: PlanBuilder, node: Node): Split {
  return node.operation.kind === 'logCounts' ? builder.geneSplit : builder.unitSplit(node.columns)
}

function readFrom(buffer: string): Lists['read'] {
  return (split): Access => ({ buffer, split })
}

/** Counts come listed by cells. */
function listedCounts({ inputs: { rowStarts, entries } }: PlanBuilder): Lists {
  return { begins: rowStarts, ends: rowStarts + 4, entries, read: readFrom(countsBuffer) }
}

/** Rows or columns of a value, in bytes from one to the next and from value to value. */
interface Lines {
  readonly buffer: string
  readonly split: Split
  readonly lists: number
  readonly length: number
  readonly lineStride: number
  readonly valueStride: number
}

function listValues(builder: PlanBuilder, node: Node, lines: Lines): Lists {
  const { buffer, split, length, lineStride, valueStride } = lines
  const matrix = builder.place(node)
  const lists: Lists = {
    begins: builder.room(lines.lists),
    ends: builder.room(lines.lists),
    entries: builder.room(builder.surroundings.kernels.listStride(length) * lines.lists * 2),
    read: readFrom(buffer),
  }
  const keepZeros = isListed(node) ? 0 : 1
  builder.add({
    kernel: 'listValues',
    split,
    numbers: (begin, end) => [
      ...[begin, end, length, keepZeros, matrix.address, lineStride, valueStride],
      ...[lists.begins, lists.ends, lists.entries],
    ],
    reads: [part(matrix, split)],
    writes: [{ buffer, split }],
  })
  return lists
}

/** The stored counts gene by gene, made where they are first asked for. */
export function listsOfGenes(builder: PlanBuilder): Lists {
  builder.listsOfGenes ??= listGenes(builder)
  return builder.listsOfGenes
}

/** Lists with log(1 + count), or with the factors of points for attributions. */
function listGenes(builder: PlanBuilder): Lists {
  const { inputs, cells, geneSplit } = builder
  const { kernels, model } = builder.surroundings
  const buffer = 'lists of genes'
  const ofPoints = builder.request.purpose === 'encoderGradients'
  const lists: Lists = {
    begins: builder.room(model.genes),
    ends: builder.room(model.genes),
    entries: builder.room(kernels.listStride(cells) * model.genes * 2),
    read: readFrom(buffer),
  }
  builder.add({
    kernel: 'listGenes',
    split: geneSplit,
    numbers: (begin, end, thread) => [
      ...[begin, end, cells, inputs.rowStarts, inputs.storedGenes],
      ...(ofPoints ? [inputs.factors, 4] : [inputs.entries + 4, 8]),
      ...[lists.begins, lists.ends, lists.entries, builder.scratchOf(thread)],
    ],
    reads: [{ buffer: countsBuffer, split: null }],
    writes: [{ buffer, split: geneSplit }],
  })
  return lists
}
