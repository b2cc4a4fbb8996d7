import { resolve } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import type { ScreenRecipe } from '@contract/recipe'
import type { ImportReport } from '@contract/reports'
import { type CellLabels, labelCells } from '../screen/labelCells'
import { meansSeveral, meansUnassigned, splitLabel } from '../screen/labels'
import { type Screen, controlCell, controlName } from '../screen/screen'
import { chooseMatrix } from './chooseMatrix'
import type { CountsFile } from './countsFile'
import { fillMatrix } from './fillMatrix'
import { truthOfImport } from './groundTruthParts'
import { type TargetAssignment, assignTargets } from './guides/assignTargets'
import { readGuideTargets } from './guides/readGuideTargets'
import { type ReadLabels, pickRows, readLabels } from './guides/readLabels'
import { countsFindings, labelFindings, truthFindings } from './importFindings'
import { openCounts } from './openCounts'
import { makeUnique } from './uniqueNames'

export interface ImportOptions {
  /** Folder that the recipe's relative paths start from. */
  readonly baseDirectory: string
  /** Share done (0 to 1; null while unknown) and what is being done. */
  readonly onProgress?: (fraction: number | null, message: string) => void
  readonly signal?: AbortSignal
}

/**
 * Reads the files of a recipe into a screen: verifies that the matrix holds counts, finds the guides of each cell,
 * their targets and the controls, and keeps the labelled cells.
 * @throws ShiftscopeError with the file, the place and the remedy; the signal's reason when it is aborted
 */
export async function importScreen(
  recipe: ScreenRecipe,
  options: ImportOptions,
): Promise<{ screen: Screen; report: ImportReport }> {
  const absolute = (path: string) => resolve(options.baseDirectory, path)
  const stage = (from: number, to: number, message: string) => ({
    signal: options.signal,
    onProgress: (fraction: number | null) =>
      options.onProgress?.(fraction === null ? null : from + (to - from) * fraction, message),
  })
  options.onProgress?.(0, 'Opening the files')
  const file = await openCounts(absolute(recipe.counts))
  const chosen = await chooseMatrix(
    file,
    recipe.layer,
    stage(0.02, 0.45, 'Checking that the values are counts'),
  )
  const guidesPath = recipe.guides === null ? null : absolute(recipe.guides)
  const tablePath = recipe.guideTargets === null ? null : absolute(recipe.guideTargets)
  const table = tablePath === null ? null : { path: tablePath, targetOf: await readGuideTargets(tablePath) }
  const labels = await readLabels(
    file,
    chosen,
    recipe,
    guidesPath,
    table?.targetOf ?? null,
    stage(0.45, 0.6, 'Calling guides'),
  )

  const { features } = chosen.matrix
  const geneFeatures = features.ids.flatMap((_, i) => (features.kinds[i] === 'gene' ? [i] : []))
  const ids = makeUnique(geneFeatures.map((i) => features.ids[i]))
  const symbols = geneFeatures.map((i) => features.symbols[i])
  const measured = new Set([...ids.names, ...symbols])

  const split = splitLabels(labels)
  const guides = [...new Set(split.guidesOfCell.flat())]
  const assignment = assignTargets(
    { guides, certainlyGuides: labels.certainlyGuides, isGene: (name) => measured.has(name) },
    table,
    recipe.controls,
  )
  const labelled = labelCells({
    guidesOfCell: split.guidesOfCell,
    unnamedSeveral: split.unnamedSeveral,
    targetOfGuide: (guide) => assignment.targetOf.get(guide) ?? guide,
    isControl: (guide) => assignment.controlGuides.has(guide),
    multiple: recipe.multiple,
  })
  requireCells(file, labelled, assignment)

  const counts = await fillMatrix(
    file,
    chosen.matrix,
    chosen.survey,
    { kind: 'gene', cells: labelled.cells },
    stage(0.6, 1, 'Reading the counts'),
  )
  const barcodes = makeUnique(file.barcodes)
  const covariates = [...file.cellColumns, ...labels.covariates].filter(
    ([name]) => name !== recipe.perturbationColumn,
  )
  const truth =
    file.truth &&
    truthOfImport(file.truth, {
      cells: labelled.cells,
      genes: Uint32Array.from(geneFeatures),
      perturbations: labelled.perturbations,
      features: features.ids.length,
    })
  const screen: Screen = {
    ...(truth && { truth }),
    counts,
    genes: { ids: ids.names, symbols },
    barcodes: Array.from(labelled.cells, (cell) => barcodes.names[cell]),
    perturbations: labelled.perturbations,
    perturbationOfCell: labelled.perturbationOfCell,
    guidesOfCell: labels.keepGuides ? labelled.guidesOfCell : labelled.guidesOfCell.map(() => ''),
    covariates: Object.fromEntries(
      covariates.map(([name, column]) => [name, pickRows(column, labelled.cells)]),
    ),
  }
  const findings = [
    ...file.findings,
    ...countsFindings(file, chosen, ids.repeated, barcodes.repeated),
    ...truthFindings(truth),
    ...labels.findings,
    ...assignment.findings,
    ...labelFindings(file, labelled, split.unnamedSeveral.size),
  ]
  return { screen, report: makeReport(file, screen, labelled, labels, assignment, findings) }
}

interface SplitLabels {
  readonly guidesOfCell: readonly (readonly string[])[]
  /** Cells whose label says "multiple" without naming the guides. */
  readonly unnamedSeveral: ReadonlySet<number>
}

/** Splits joined labels and takes out those that say "no guide" or "several". Each different label is split once. */
function splitLabels(labels: ReadLabels): SplitLabels {
  if (labels.exact) return { guidesOfCell: labels.labelsOfCell, unnamedSeveral: new Set() }
  const partsOf = new Map<string, string[]>()
  const unnamedSeveral = new Set<number>()
  const guidesOfCell = labels.labelsOfCell.map((labelsHere, cell) => {
    const guides = new Set<string>()
    for (const label of labelsHere) {
      if (meansUnassigned(label)) continue
      if (meansSeveral(label)) {
        unnamedSeveral.add(cell)
        continue
      }
      let parts = partsOf.get(label)
      if (parts === undefined) {
        parts = splitLabel(label)
        partsOf.set(label, parts)
      }
      for (const part of parts) guides.add(part)
    }
    return [...guides]
  })
  return { guidesOfCell, unnamedSeveral }
}

function requireCells(file: CountsFile, labelled: CellLabels, assignment: TargetAssignment): void {
  if (labelled.cells.length === 0) {
    throw new ShiftscopeError({
      code: 'import/noLabelledCells',
      message: 'No cell of the matrix has a guide or a label.',
      where: file.path,
      hint: 'Check the guide table or the column of labels; when guides are called from UMIs, lower the minimum number or share.',
    })
  }
  if (assignment.controls.length > 0 && labelled.controls === 0) {
    throw new ShiftscopeError({
      code: 'import/noControlCells',
      message: `No cell has a control guide alone (${assignment.controls.slice(0, 5).join(', ')}).`,
      where: file.path,
      hint: 'Choose other control labels, or a screen without controls (--control none).',
    })
  }
}

function makeReport(
  file: CountsFile,
  screen: Screen,
  labelled: CellLabels,
  labels: ReadLabels,
  assignment: TargetAssignment,
  findings: ImportReport['findings'],
): ImportReport {
  const cellsOf = new Uint32Array(screen.perturbations.length)
  for (const perturbation of screen.perturbationOfCell) {
    if (perturbation !== controlCell) cellsOf[perturbation] += 1
  }
  const controls =
    labelled.controls > 0 ? [{ name: controlName, cells: labelled.controls, control: true }] : []
  return {
    genes: screen.counts.genes,
    nonZero: screen.counts.counts.length,
    cells: {
      inMatrix: file.barcodes.length,
      labelled: file.barcodes.length - labelled.unlabelled,
      unlabelled: labelled.unlabelled,
      severalTargets: labelled.severalTargets,
      dropped: labelled.dropped,
      control: labelled.controls,
    },
    barcodes: labels.barcodes,
    controls: [...assignment.controls],
    perturbations: [
      ...controls,
      ...screen.perturbations.map((name, index) => ({ name, cells: cellsOf[index], control: false })),
    ],
    findings,
  }
}
