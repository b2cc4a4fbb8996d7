import { looksLikeBarcode } from '../../screen/barcodes'
import { looksLikeControl } from '../../screen/controls'
import { targetFromGuideName } from '../../screen/guideTargets'
import { numberOf } from '../delimited/scanFields'
import { guideTargetColumns } from '../guides/readGuideTargets'
import {
  type LoadedTable,
  barcodeHeaders,
  findColumn,
  guideHeaders,
  targetHeaders,
} from '../guides/tableColumns'

export type TableKind = 'counts' | 'guides' | 'guide-targets'

/** Whether lines are gene sets: tabs, three or more fields, and lengths that differ as no table's do. */
export function looksLikeGeneSets(path: string, lines: readonly string[]): boolean {
  if (/\.gmt(?:\.gz)?$/i.test(path)) return true
  const fields = lines.filter((text) => text !== '').map((text) => text.split('\t'))
  const lengths = new Set(fields.map((row) => row.length))
  const words = fields.every(
    (row) => row.length >= 3 && row.slice(2).every((field) => field === '' || numberOf(field) === null),
  )
  return fields.length > 1 && lengths.size > 1 && words
}

/** A name that says "guide": a control, or a gene with a guide number. */
function looksLikeGuide(name: string): boolean {
  return looksLikeControl(name) || targetFromGuideName(name, () => false) !== name
}

/**
 * Tells what a delimited table holds from its header and first rows.
 */
export function tableKind(sample: LoadedTable): TableKind {
  const { header, rows } = sample
  const width = rows.at(0)?.length ?? 0
  const namedBarcodes = findColumn(sample, barcodeHeaders) >= 0 && header?.[0] !== ''
  const namedGuides = findColumn(sample, guideHeaders) >= 0
  if (namedBarcodes && namedGuides) return 'guides'
  const barcodes = rows.length > 0 && rows.every((row) => looksLikeBarcode(row[0]) && row[0].length < 30)
  if (guideTargetColumns(sample) && !namedBarcodes && !barcodes) return 'guide-targets'
  const numericColumns = Array.from({ length: Math.max(0, width - 1) }, (_, i) => i + 1).filter((column) =>
    rows.every((row) => numberOf(row[column] ?? '') !== null),
  )
  if (width >= 3 && numericColumns.length >= 0.8 * (width - 1)) {
    const names = numericColumns.map((column) => header?.[column] ?? '')
    return names.filter(looksLikeGuide).length >= 0.5 * names.length ? 'guides' : 'counts'
  }
  if (width === 2 && header === null && !barcodes) return 'guide-targets'
  if (width === 2 || namedBarcodes || barcodes) return 'guides'
  return findColumn(sample, targetHeaders) >= 0 || namedGuides ? 'guides' : 'counts'
}
