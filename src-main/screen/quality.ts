import { ShiftscopeError } from '@contract/errors'
import type { QualityRecipe } from '@contract/recipe'
import type { PerturbationCells } from '@contract/reports'
import type { QualityPreview } from '@contract/requests'
import type { CountMatrix } from './countMatrix'
import { compareNames } from './labelCells'
import { controlCell, controlName, type Screen } from './screen'

/** What the thresholds are about: computed once for a screen, kept while thresholds are tried. */
export interface CellFigures {
  /** Sum of the counts of each cell. */
  readonly counts: Uint32Array
  /** Number of genes with a count in each cell. */
  readonly genes: Uint32Array
}

/** Counts and detected genes of every cell, over all measured genes. */
export function cellFigures(matrix: CountMatrix): CellFigures {
  const counts = new Uint32Array(matrix.cells)
  const genes = new Uint32Array(matrix.cells)
  for (let cell = 0; cell < matrix.cells; cell++) {
    const end = matrix.rowStarts[cell + 1]
    genes[cell] = end - matrix.rowStarts[cell]
    let sum = 0
    for (let entry = matrix.rowStarts[cell]; entry < end; entry++) sum += matrix.counts[entry]
    counts[cell] = sum
  }
  return { counts, genes }
}

/** Which perturbation each cell has; a `Screen` is one. */
export type Labels = Pick<Screen, 'perturbations' | 'perturbationOfCell'>

/** Cells of every perturbation and of the controls where there are any, most cells first. */
export function cellsPerPerturbation(labels: Labels): PerturbationCells[] {
  const tally = countLabels(labels, () => true)
  return listed(labels, tally, () => true).filter(({ cells, control }) => cells > 0 || !control)
}

/** Why a cell goes, in the order in which it is asked; the first reason counts. */
const verdict = { kept: 0, tooFewCounts: 1, tooFewGenes: 2, inSmallPerturbation: 3 } as const

export interface QualityOutcome {
  /** Kept cells, ascending. */
  readonly cells: Uint32Array
  readonly preview: QualityPreview
}

/**
 * What a quality rule keeps. Cells under a threshold go first, then perturbations with too few of the cells that are
 * left. Cells without any count always go; control cells are kept however few they are. Never throws: a rule that
 * keeps nothing is an answer, too. Linear in the number of cells, without touching the matrix.
 */
export function judgeCells(figures: CellFigures, labels: Labels, quality: QualityRecipe): QualityOutcome {
  const all = labels.perturbationOfCell.length
  const verdicts = new Uint8Array(all)
  const fewestCounts = Math.max(1, quality.minimumCounts)
  for (let cell = 0; cell < all; cell++) {
    if (figures.counts[cell] < fewestCounts) verdicts[cell] = verdict.tooFewCounts
    else if (figures.genes[cell] < quality.minimumGenes) verdicts[cell] = verdict.tooFewGenes
  }
  const tally = countLabels(labels, (cell) => verdicts[cell] === verdict.kept)
  const isLarge = (perturbation: number) =>
    perturbation === controlCell || tally.cells[perturbation] >= quality.minimumCellsPerPerturbation
  const totals = [0, 0, 0, 0]
  for (let cell = 0; cell < all; cell++) {
    if (verdicts[cell] === verdict.kept && !isLarge(labels.perturbationOfCell[cell])) {
      verdicts[cell] = verdict.inSmallPerturbation
    }
    totals[verdicts[cell]] += 1
  }
  const kept = listed(labels, tally, isLarge).filter(({ cells, control }) => cells > 0 || !control)
  const cells = new Uint32Array(totals[verdict.kept])
  let next = 0
  for (let cell = 0; cell < all; cell++) if (verdicts[cell] === verdict.kept) cells[next++] = cell
  return {
    cells,
    preview: {
      cells: {
        all,
        kept: totals[verdict.kept],
        tooFewCounts: totals[verdict.tooFewCounts],
        tooFewGenes: totals[verdict.tooFewGenes],
        inSmallPerturbations: totals[verdict.inSmallPerturbation],
      },
      perturbations: {
        all: labels.perturbations.length,
        kept: kept.filter(({ control }) => !control).length,
      },
      keptPerturbations: kept,
      removedPerturbations: listed(labels, tally, (perturbation) => !isLarge(perturbation)),
    },
  }
}

/**
 * Applies a quality rule to a screen.
 * @throws ShiftscopeError when no cell or no perturbation is left, naming the threshold to lower
 */
export function applyQuality(figures: CellFigures, labels: Labels, quality: QualityRecipe): QualityOutcome {
  const outcome = judgeCells(figures, labels, quality)
  const { cells, perturbations } = outcome.preview
  if (cells.kept + cells.inSmallPerturbations === 0) throw noCellLeft(figures, quality)
  if (perturbations.kept === 0) throw noPerturbationLeft(outcome.preview, quality)
  return outcome
}

function noCellLeft(figures: CellFigures, quality: QualityRecipe): ShiftscopeError {
  const mostCounts = largest(figures.counts)
  if (mostCounts === 0) {
    return new ShiftscopeError({
      code: 'quality/emptyCells',
      message: 'No labelled cell has a single count.',
      where: 'screen',
      hint: 'Check that the count matrix is the right one, then import again.',
    })
  }
  if (mostCounts < quality.minimumCounts) {
    return new ShiftscopeError({
      code: 'quality/noCellsLeft',
      message: `No cell has ${quality.minimumCounts} counts; the deepest has ${mostCounts}.`,
      where: 'quality.minimumCounts',
      hint: `Lower the minimum counts per cell to ${mostCounts} or less.`,
    })
  }
  let mostGenes = 0
  figures.genes.forEach((genes, cell) => {
    if (figures.counts[cell] >= quality.minimumCounts) mostGenes = Math.max(mostGenes, genes)
  })
  return new ShiftscopeError({
    code: 'quality/noCellsLeft',
    message: `No cell with enough counts has ${quality.minimumGenes} genes; the richest has ${mostGenes}.`,
    where: 'quality.minimumGenes',
    hint: `Lower the minimum genes per cell to ${mostGenes} or less.`,
  })
}

function noPerturbationLeft(preview: QualityPreview, quality: QualityRecipe): ShiftscopeError {
  const largestOne = preview.removedPerturbations.at(0)
  if (!largestOne || largestOne.cells === 0) {
    return new ShiftscopeError({
      code: 'quality/noPerturbationsLeft',
      message: 'No perturbed cell passes the thresholds; only control cells are left.',
      where: 'quality',
      hint: 'Lower the minimum counts or the minimum genes per cell.',
    })
  }
  return new ShiftscopeError({
    code: 'quality/noPerturbationsLeft',
    message:
      `No perturbation has ${quality.minimumCellsPerPerturbation} cells; ` +
      `the largest, ${largestOne.name}, has ${largestOne.cells}.`,
    where: 'quality.minimumCellsPerPerturbation',
    hint:
      `Lower the minimum cells per perturbation to ${largestOne.cells} or less. ` +
      'With fewer than about 20 cells a shift cannot be told from chance.',
  })
}

interface LabelTally {
  readonly cells: Uint32Array
  readonly controls: number
}

function countLabels(labels: Labels, counted: (cell: number) => boolean): LabelTally {
  const cells = new Uint32Array(labels.perturbations.length)
  let controls = 0
  labels.perturbationOfCell.forEach((perturbation, cell) => {
    if (!counted(cell)) return
    if (perturbation === controlCell) controls += 1
    else cells[perturbation] += 1
  })
  return { cells, controls }
}

/** The perturbations (and the controls) that satisfy a condition, most cells first, then by name. */
function listed(
  labels: Labels,
  tally: LabelTally,
  wanted: (perturbation: number) => boolean,
): PerturbationCells[] {
  const rows = labels.perturbations
    .map((name, index) => ({ name, cells: tally.cells[index], control: false, index }))
    .filter(({ index }) => wanted(index))
    .map(({ name, cells, control }): PerturbationCells => ({ name, cells, control }))
  if (wanted(controlCell)) rows.push({ name: controlName, cells: tally.controls, control: true })
  return rows.sort((a, b) => b.cells - a.cells || compareNames(a.name, b.name))
}

function largest(values: Uint32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
