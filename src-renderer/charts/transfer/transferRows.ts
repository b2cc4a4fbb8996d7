import type { TransferEvaluation } from '@contract/evaluation'
import { transferText } from '../../text/transfer'
import type { FigureTable } from '../figureTable'

export type TransferRow = TransferEvaluation['perturbations'][number]

/** How much more likely the cells became, in nats per cell. */
export function gainOf({ before, after }: Pick<TransferRow, 'before' | 'after'>): number {
  return before.value - after.value
}

/** Held-out perturbations, largest gain first. */
export function byGain({ perturbations }: Pick<TransferEvaluation, 'perturbations'>): TransferRow[] {
  return perturbations.toSorted((one, other) => gainOf(other) - gainOf(one))
}

/** Fewer equal weights than this in half of the cells say too little. */
const fewestSamples = 10

/** Whether the likelihoods rest on too few particles to be believed. */
export function restsOnFew({ effectiveSampleSize: { before, after } }: TransferEvaluation): boolean {
  return Math.min(before.median, after.median) < fewestSamples
}

/** All held-out perturbations, then their mean. */
export function transferTable(transfer: TransferEvaluation): FigureTable {
  const row = (
    name: string,
    cells: number | null,
    { before, after }: Pick<TransferRow, 'before' | 'after'>,
  ) => [
    name,
    cells,
    before.value,
    before.standardError,
    after.value,
    after.standardError,
    gainOf({ before, after }),
  ]
  const { before, after, gain, unit } = transferText
  return {
    columns: [
      { key: 'perturbation', title: transferText.heldOut },
      { key: 'cells', title: transferText.cells },
      { key: 'before', title: `${before} (${unit})` },
      { key: 'before_standard_error', title: '±' },
      { key: 'after', title: `${after} (${unit})` },
      { key: 'after_standard_error', title: '±' },
      { key: 'gain', title: `${gain} (${unit})` },
    ],
    rows: [
      ...byGain(transfer).map((entry) => row(entry.name, entry.cells, entry)),
      row(transferText.meanRow, null, transfer.mean),
    ],
  }
}
