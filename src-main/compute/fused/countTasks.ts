import type { PlanBuilder } from './plan'

/** Everything about counts that is not a node. */
export const countsBuffer = 'counts'

const rawBuffer = 'raw counts'

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
      inputs.entries,
      inputs.libraries,
      builder.scratchOf(thread),
    ],
    reads: [{ buffer: rawBuffer, split: null }],
    writes: [{ buffer: countsBuffer, split: builder.cellSplit }],
  })
}
