import { ShiftscopeError } from '@contract/errors'
import type { GuideCallingRule } from '../../screen/guideCalling'
import type { Covariate } from '../../screen/screen'
import { textColumn } from '../hdf5/dataframe'
import type { GuideTable } from './guideTable'
import {
  type LoadedTable,
  barcodeHeaders,
  findColumn,
  guideHeaders,
  loadTable,
  requireField,
  targetHeaders,
} from './tableColumns'

/**
 * Reads a table that says which guides or perturbations each cell has, in any of these layouts: Cell Ranger's
 * `protospacer_calls_per_cell.csv`; one row for each cell and guide (`cell_identities.csv`); two columns, barcode and
 * label, with or without a header; a wide table with one column for each guide (0/1 or UMIs); cell annotation with a
 * column of labels.
 * @param labelColumn the column that holds the labels; null lets the layout decide
 * @param rule applied to wide tables of UMIs
 * @throws ShiftscopeError `guides/unknownLayout`, `guides/noSuchColumn`, `guides/duplicateBarcode`, `guides/empty`,
 * `tables/missingField`; what `readTable` throws
 */
export async function readGuideTable(
  path: string,
  labelColumn: string | null,
  rule: GuideCallingRule,
): Promise<GuideTable> {
  return guideTableFrom(await loadTable(path), labelColumn, rule)
}

/** `readGuideTable` for a table that is loaded. */
export function guideTableFrom(
  table: LoadedTable,
  labelColumn: string | null,
  rule: GuideCallingRule,
): GuideTable {
  if (table.rows.length === 0) {
    throw new ShiftscopeError({
      code: 'guides/empty',
      message: 'The guide table has no rows.',
      where: table.path,
      hint: 'Choose another table, or export it again.',
    })
  }
  if (labelColumn !== null) return annotationTable(table, namedColumn(table, labelColumn))
  const call = findColumn(table, /^feature_call$/i)
  if (call >= 0) return oneRowPerCell(table, 'protospacer-calls', barcodeColumn(table), call, true)
  const identity = findColumn(table, /^guide[ _.]identity$/i)
  if (identity >= 0) return oneRowPerGuide(table, 'cell-identities', barcodeColumn(table), identity, true)
  const width = table.rows[0].length
  if (width === 2) {
    const guides = table.header ? guideHeaders.test(table.header[1]) : false
    return oneRowPerGuide(table, 'two-column', 0, 1, guides)
  }
  if (width > 2 && isWide(table)) return wideTable(table, rule)
  const guide = findColumn(table, guideHeaders)
  if (guide > 0) return oneRowPerGuide(table, 'two-column', barcodeColumn(table), guide, true)
  const target = findColumn(table, targetHeaders)
  if (target > 0) return annotationTable(table, target)
  throw new ShiftscopeError({
    code: 'guides/unknownLayout',
    message: `It is not clear which column of the table names the guide or perturbation. Columns: ${(table.header ?? []).slice(0, 12).join(', ')}.`,
    where: table.path,
    hint: 'Name the column (perturbationColumn in the recipe, --perturbation-column on the command line), or give a table with two columns: barcode and guide.',
  })
}

function namedColumn(table: LoadedTable, name: string): number {
  const column = table.header?.indexOf(name) ?? -1
  if (column >= 0) return column
  throw new ShiftscopeError({
    code: 'guides/noSuchColumn',
    message: `The table has no column "${name}".`,
    where: table.path,
    hint: table.header ? `Its columns are: ${table.header.join(', ')}.` : 'The table has no header.',
  })
}

function barcodeColumn(table: LoadedTable): number {
  return Math.max(0, findColumn(table, barcodeHeaders))
}

/** One row a cell, several guides joined in one field. A barcode that comes twice is refused. */
function oneRowPerCell(
  table: LoadedTable,
  layout: GuideTable['layout'],
  barcode: number,
  label: number,
  certainlyGuides: boolean,
  columns: ReadonlyMap<string, Covariate> = new Map(),
): GuideTable {
  const lineOf = new Map<string, number>()
  table.rows.forEach((_, row) => {
    const name = requireField(table, row, barcode)
    const earlier = lineOf.get(name)
    if (earlier !== undefined) {
      throw new ShiftscopeError({
        code: 'guides/duplicateBarcode',
        message: `The barcode ${name} stands twice in the table.`,
        where: `${table.path}, lines ${earlier} and ${table.lines[row]}`,
        hint: 'Keep one of the two lines. Tables of several lanes need a suffix for each lane, in the matrix as well.',
      })
    }
    lineOf.set(name, table.lines[row])
  })
  return {
    layout,
    rows: table.rows.length,
    barcodes: [...lineOf.keys()],
    labelsOf: table.rows.map((fields) => [fields[label]]),
    certainlyGuides,
    setAside: 0,
    columns,
  }
}

/** One row for each guide of a cell; rows that the table marks as of poor coverage are set aside. */
function oneRowPerGuide(
  table: LoadedTable,
  layout: GuideTable['layout'],
  barcode: number,
  label: number,
  certainlyGuides: boolean,
): GuideTable {
  const quality = findColumn(table, /^good[ _.]coverage$/i)
  const labelsOf = new Map<string, string[]>()
  let setAside = 0
  table.rows.forEach((fields, row) => {
    if (quality >= 0 && !/^(?:true|1|yes)$/i.test(fields[quality])) {
      setAside += 1
      return
    }
    const name = requireField(table, row, barcode)
    const labels = labelsOf.get(name)
    if (labels) labels.push(fields[label])
    else labelsOf.set(name, [fields[label]])
  })
  return {
    layout,
    rows: table.rows.length,
    barcodes: [...labelsOf.keys()],
    labelsOf: [...labelsOf.values()],
    certainlyGuides,
    setAside,
    columns: new Map(),
  }
}

function isWide(table: LoadedTable): boolean {
  if (table.header === null) return false
  return table.rows.every((fields) =>
    fields.every((field, column) => column === 0 || /^\d+(?:\.0+)?$/.test(field)),
  )
}

/** One column for each guide: 0/1 as it is, UMIs by the calling rule. */
function wideTable(table: LoadedTable, rule: GuideCallingRule): GuideTable {
  const names = table.header ?? []
  const values = table.rows.map((fields) => fields.map((field, column) => (column === 0 ? 0 : Number(field))))
  const called = values.every((row) => row.every((value) => value <= 1))
  const guidesOf = values.map((row) => {
    const total = row.reduce((sum, value) => sum + value, 0)
    return names.filter((_, column) => {
      const value = row[column]
      return called ? value === 1 : value >= rule.minimumUmis && value >= rule.minimumShare * total
    })
  })
  return { ...oneRowPerCell(table, 'wide', 0, 0, true), labelsOf: guidesOf }
}

/** Cell annotation as R and pandas export it: one row a cell; the other columns become covariates. */
function annotationTable(table: LoadedTable, label: number): GuideTable {
  const barcode = barcodeColumn(table)
  const columns = new Map<string, Covariate>()
  table.header?.forEach((name, column) => {
    if (column !== barcode && column !== label && name !== '') {
      columns.set(name, covariateOf(table.rows.map((row) => row[column])))
    }
  })
  return oneRowPerCell(table, 'two-column', barcode, label, false, columns)
}

function covariateOf(values: readonly string[]): Covariate {
  const missing = values.map((value) => /^(?:|na|nan|null)$/i.test(value))
  const numeric = values.every((value, i) => missing[i] || Number.isFinite(Number(value)))
  if (numeric && !missing.every(Boolean)) {
    return {
      kind: 'number',
      values: Float64Array.from(values, (value, i) => (missing[i] ? NaN : Number(value))),
    }
  }
  return textColumn(values, missing.map(Number))
}
