import { looksLikeBarcode } from '../../screen/barcodes'

const geneName = /^(?:ENS[A-Z]*G\d{6,}|[A-Z][A-Za-z0-9]{1,9}(?:[-.][A-Za-z0-9]{1,6})?|MT-.+|gene.*)$/
const cellName = /^(?:cell|bc|barcode)[-_ .]?\d+/i

function cellLike(name: string): boolean {
  return looksLikeBarcode(name) || cellName.test(name)
}

/** Share of the names that fit, over at most 200 of them. */
function share(names: readonly string[], fits: (name: string) => boolean): number {
  const step = Math.max(1, Math.floor(names.length / 200))
  const some = names.filter((_, i) => i % step === 0)
  return some.length === 0 ? 0 : some.filter(fits).length / some.length
}

/** Whether cells or genes are in rows, and how sure that is. */
export interface Orientation {
  readonly cellsInRows: boolean
  readonly certain: boolean
}

/**
 * Tells from the names whether the rows of a table are cells or genes: cells look like barcodes or `cell_1`, genes
 * like symbols or Ensembl ids. Where the names do not say, there are taken to be more cells than genes.
 */
export function orientationOf(rowNames: readonly string[], columnNames: readonly string[]): Orientation {
  const evidence = (names: readonly string[]) =>
    share(names, cellLike) - share(names, (name) => !cellLike(name) && geneName.test(name))
  const difference = evidence(rowNames) - evidence(columnNames)
  if (Math.abs(difference) >= 0.5) return { cellsInRows: difference > 0, certain: true }
  return { cellsInRows: rowNames.length >= columnNames.length, certain: false }
}
