import type { PlanBuilder } from './plan'

/** Gene-wise lists and everything about counts that is not a node. */
export const countsBuffer = 'counts'

const rawBuffer = 'raw counts'

export const listsBuffer = 'lists'

/** What several operations of a pass need, made once. */
export interface GeneLists {
  readonly listBegins: number
  readonly listEnds: number
  readonly listedCells: number
  readonly listedValues: number
}

/** Widens the counts that the host left. */
export function unpackCounts(builder: PlanBuilder): void {
  const { inputs, cells } = builder
  builder.add({
    kernel: 'unpackCounts',
    split: builder.cellSplit,
    numbers: (begin, end, thread) => [
      begin,
      end,
      cells,
      inputs.rowStarts,
      inputs.rawGenes,
      inputs.geneBytes,
      inputs.rawCounts,
      inputs.countBytes,
      inputs.storedGenes,
      inputs.logCounts,
      inputs.libraries,
      builder.scratchOf(thread),
    ],
    reads: [{ buffer: rawBuffer, split: null }],
    writes: [{ buffer: countsBuffer, split: builder.cellSplit }],
  })
}

/** Lists the stored counts gene by gene, with log(1 + count), or with the factors of points for attributions. */
export function listByGene(builder: PlanBuilder): GeneLists {
  const { inputs, cells, geneSplit } = builder
  const values = builder.request.purpose === 'encoderGradients' ? inputs.factors : inputs.logCounts
  const { kernels, model } = builder.surroundings
  const { genes } = model
  const listed = kernels.listStride(cells) * genes
  const lists = {
    listBegins: builder.room(genes),
    listEnds: builder.room(genes),
    listedCells: builder.room(listed),
    listedValues: builder.room(listed),
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
      values,
      lists.listBegins,
      lists.listEnds,
      lists.listedCells,
      lists.listedValues,
      builder.scratchOf(thread),
    ],
    reads: [{ buffer: countsBuffer, split: null }],
    writes: [{ buffer: listsBuffer, split: geneSplit }],
  })
  return lists
}
