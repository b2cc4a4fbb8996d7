import { readGeneSets } from '../../formats/geneSets'
import { chooseHoldOut, pathwayMembers } from '../../screen/holdOut'
import { judgeCells, type QualityOutcome } from '../../screen/quality'
import { controlCell, type Screen } from '../../screen/screen'
import { splitCells } from '../../screen/split'
import { GeneNames } from '../../screen/targets'
import { readEffects } from '../../workspace/effectsFile'
import { readProject } from '../../workspace/projectFile'
import { projectPaths } from '../../workspace/projectPaths'
import { resolveRecipePath } from '../../workspace/recipeFile'
import type { Job } from '../job'
import { openScreen } from '../openedFiles'
import { pathwayGenes } from '../pathwayGenes'
import { figuresOf } from './quality'

/** The kept perturbations, in the order of the screen. */
function keptPerturbations(screen: Screen, { preview }: QualityOutcome): string[] {
  const removed = new Set(preview.removedPerturbations.map(({ name }) => name))
  return screen.perturbations.filter((name) => !removed.has(name))
}

/** The rows of a gene-set file that concern the screen, those with most perturbations first. */
export const pathways: Job<'pathways'> = async ({ directory, quality, file }) => {
  const screen = await openScreen(projectPaths(directory).imported)
  const kept = keptPerturbations(screen, judgeCells(figuresOf(screen), screen, quality))
  const names = new GeneNames(screen.genes)
  const sets = await readGeneSets(resolveRecipePath(directory, file))
  const rows = sets
    .map(({ name, genes }) => ({
      name,
      genes: genes.length,
      perturbations: pathwayMembers(kept, genes, names),
    }))
    .filter(({ perturbations }) => perturbations.length > 0)
    .sort((a, b) => b.perturbations.length - a.perturbations.length || (a.name < b.name ? -1 : 1))
  return { pathways: rows }
}

/** What stays in train, validation and test, without preparing the screen. */
export const holdOutPreview: Job<'holdOutPreview'> = async ({ directory, quality, holdOut, split }) => {
  const screen = await openScreen(projectPaths(directory).imported)
  const outcome = judgeCells(figuresOf(screen), screen, quality)
  const kept = keptPerturbations(screen, outcome)
  const effects = await readEffects(directory, await readProject(directory), quality)
  const choice = chooseHoldOut(
    {
      perturbations: kept,
      removed: outcome.preview.removedPerturbations.map(({ name }) => name),
      genes: screen.genes,
      effects: effects ?? undefined,
      pathwayGenes: await pathwayGenes(holdOut, directory),
    },
    holdOut,
    split,
  )
  const keptIndex = new Map(kept.map((name, index) => [name, index]))
  const perturbationOfCell = Int32Array.from(outcome.cells, (cell) => {
    const perturbation = screen.perturbationOfCell[cell]
    return perturbation === controlCell
      ? controlCell
      : (keptIndex.get(screen.perturbations[perturbation]) ?? controlCell)
  })
  const splits = splitCells(perturbationOfCell, choice.heldOut, split.validationShare, split.seed)
  const isHeldOut = (name: string) => choice.heldOut[keptIndex.get(name) ?? -1]
  const rows = outcome.preview.keptPerturbations
  const inSplit = (wanted: string) => splits.filter((name) => name === wanted).length
  return {
    heldOut: rows.filter(({ name, control }) => !control && isHeldOut(name)),
    trained: rows.filter(({ name, control }) => control || !isHeldOut(name)),
    cells: { train: inSplit('train'), validation: inSplit('validation'), test: inSplit('test') },
    leaking: [...choice.leaking],
  }
}
