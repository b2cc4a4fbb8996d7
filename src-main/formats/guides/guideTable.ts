import type { guideTableLayouts } from '@contract/inspection'
import type { Covariate } from '../../screen/screen'

/** A guide table as read: which guides each barcode has. */
export interface GuideTable {
  readonly layout: (typeof guideTableLayouts)[number]
  /** Data rows in the file. */
  readonly rows: number
  /** Barcodes of the table, each once, in order of first appearance. */
  readonly barcodes: readonly string[]
  /** For each barcode its labels, not yet split at `|` or `+`. */
  readonly labelsOf: readonly (readonly string[])[]
  /** Whether the labels certainly name guides; otherwise they may name targets. */
  readonly certainlyGuides: boolean
  /** Rows set aside by the table's own quality column. */
  readonly setAside: number
  /** Further columns of a table with one row for each cell. */
  readonly columns: ReadonlyMap<string, Covariate>
}
