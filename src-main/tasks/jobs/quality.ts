import { histogramOfCells } from '../../screen/histogram'
import { cellFigures, cellsPerPerturbation, judgeCells, type CellFigures } from '../../screen/quality'
import type { Screen } from '../../screen/screen'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { openScreen } from '../openedFiles'

/** Figures of the screens in memory: they are asked for anew with every move of a threshold. */
const knownFigures = new WeakMap<Screen, CellFigures>()

/** Counts and genes of each cell of a screen, computed once. */
export function figuresOf(screen: Screen): CellFigures {
  const figures = knownFigures.get(screen) ?? cellFigures(screen.counts)
  knownFigures.set(screen, figures)
  return figures
}

export const qualityFigures: Job<'qualityFigures'> = async ({ directory }) => {
  const screen = await openScreen(projectPaths(directory).imported)
  const { counts, genes } = figuresOf(screen)
  return {
    countsPerCell: histogramOfCells(counts),
    genesPerCell: histogramOfCells(genes),
    cellsPerPerturbation: cellsPerPerturbation(screen),
  }
}

export const qualityPreview: Job<'qualityPreview'> = async ({ directory, quality }) => {
  const screen = await openScreen(projectPaths(directory).imported)
  return judgeCells(figuresOf(screen), screen, quality).preview
}
