import { ShiftscopeError } from '@contract/errors'
import { type LoadedTable, findColumn, loadTable, requireField } from './tableColumns'

const guideColumn = /^(?:guide|sgrna|grna|protospacer|feature)s?[ _.-]?(?:id|identity|name|call)?$|^id$/i
const nameColumn = /^name$/i
/** Cell Ranger's feature reference has both; the name is what people read. */
const targetColumns = [
  /^target[ _.-]?gene[ _.-]?(?:name|symbol)$/i,
  /^targets?(?:[ _.-]?genes?)?$/i,
  /^gene(?:[ _.-]?(?:name|symbol))?$/i,
  /^perturbation$/i,
  /^target[ _.-]?gene[ _.-]?id$/i,
  /^gene[ _.-]?id$/i,
]

/** Positions of the guide and target columns by their headers; null where the headers do not say. */
export function guideTargetColumns(table: LoadedTable): { guide: number; target: number } | null {
  const guide = findColumn(table, guideColumn)
  const target =
    targetColumns.map((pattern) => findColumn(table, pattern)).find((column) => column >= 0) ?? -1
  return guide >= 0 && target >= 0 && guide !== target ? { guide, target } : null
}

/**
 * Reads a guide-to-target table: two columns (guide, target), or any table with such columns by name, as Cell Ranger's
 * feature reference (`id`, `name`, …, `target_gene_name`).
 * @returns target of each guide
 * @throws ShiftscopeError `guideTargets/unknownLayout`, `guideTargets/contradiction`, `tables/missingField`; what
 * `readTable` throws
 */
export async function readGuideTargets(path: string): Promise<Map<string, string>> {
  return guideTargetsFrom(await loadTable(path))
}

/** `readGuideTargets` for a table that is loaded. */
export function guideTargetsFrom(table: LoadedTable): Map<string, string> {
  const twoColumns = table.rows.every((row) => row.length === 2)
  const columns = guideTargetColumns(table) ?? (twoColumns ? { guide: 0, target: 1 } : null)
  if (columns === null || table.rows.length === 0) {
    throw new ShiftscopeError({
      code: 'guideTargets/unknownLayout',
      message: 'The guide-to-target table needs a column of guides and a column of targets.',
      where: table.path,
      hint: 'Give a CSV or TSV with the columns "guide_id" and "target".',
    })
  }
  const alsoByName = findColumn(table, nameColumn)
  const targetOf = new Map<string, string>()
  table.rows.forEach((fields, row) => {
    const guide = requireField(table, row, columns.guide)
    const target = requireField(table, row, columns.target)
    for (const name of new Set([guide, alsoByName >= 0 ? fields[alsoByName] : guide])) {
      const earlier = targetOf.get(name)
      if (earlier !== undefined && earlier !== target) {
        throw new ShiftscopeError({
          code: 'guideTargets/contradiction',
          message: `The guide ${name} has two targets: ${earlier} and ${target}.`,
          where: `${table.path}, line ${table.lines[row]}`,
          hint: 'Keep one target for each guide.',
        })
      }
      targetOf.set(name, target)
    }
  })
  return targetOf
}
