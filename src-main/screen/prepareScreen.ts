import { ShiftscopeError } from '@contract/errors'
import type { HoldOutRecipe, QualityRecipe, SplitRecipe } from '@contract/recipe'
import type { EffectSize, PrepareReport } from '@contract/reports'
import { measureEffects } from './effectSizes'
import { checkHoldOut, chooseHoldOut, type HoldOutChoice, type HoldOutGround } from './holdOut'
import { breathe, type LongWork } from './longWork'
import { prepareFindings } from './prepareFindings'
import { applyQuality, cellFigures, type QualityOutcome } from './quality'
import { controlCell, type PreparedScreen, type Screen } from './screen'
import { splitCells } from './split'
import { subsetScreen } from './subset'
import { chooseGenes, type ChosenGenes } from './variableGenes'

/** The choices of steps 2 and 3. */
export interface PrepareChoices {
  readonly quality: QualityRecipe
  readonly holdOut: HoldOutRecipe
  readonly split: SplitRecipe
  /** Genes of the row that the rule `pathway` names; other rules need none. */
  readonly pathwayGenes?: readonly string[]
  /** Strengths measured before with this quality rule; measured here where the rule `strongest` needs them. */
  readonly effects?: readonly EffectSize[]
}

/**
 * Steps 2 and 3: keeps the cells, perturbations and genes that are good enough, holds perturbations out, and puts
 * every cell into one split. Equal screens and choices give equal results.
 * @throws ShiftscopeError when nothing is left, when the hold-out is not in the screen, leaks or leaves too little;
 *   the signal's reason when cancelled
 */
export async function prepareScreen(
  screen: Screen,
  choices: PrepareChoices,
  work: LongWork = {},
): Promise<{ screen: PreparedScreen; report: PrepareReport }> {
  const { quality, holdOut, split } = choices
  work.onProgress?.(0.05, 'Applying the quality thresholds')
  await breathe(work)
  const outcome = applyQuality(cellFigures(screen.counts), screen, quality)
  const ground = await holdOutGround(screen, outcome, choices, work)
  const choice = chooseHoldOut(ground, holdOut, split)
  checkHoldOut(ground, choice, split.sharedTargets)

  work.onProgress?.(0.75, 'Choosing genes')
  await breathe(work)
  const chosen = chooseGenes(screen, outcome.cells, ground.perturbations, quality.variableGenes)

  work.onProgress?.(0.9, 'Splitting cells')
  await breathe(work)
  const kept = subsetScreen(screen, outcome.cells, chosen.genes)
  const splitOfCell = splitCells(kept.perturbationOfCell, choice.heldOut, split.validationShare, split.seed)
  checkTrainingCells(splitOfCell)
  const prepared: PreparedScreen = { ...kept, splitOfCell, heldOut: choice.heldOut }
  return { screen: prepared, report: report(screen, prepared, outcome, chosen, choice, choices) }
}

/** The kept perturbations are in the order of the screen, as those of the prepared screen will be. */
async function holdOutGround(
  screen: Screen,
  outcome: QualityOutcome,
  choices: PrepareChoices,
  work: LongWork,
): Promise<HoldOutGround> {
  const removed = outcome.preview.removedPerturbations.map(({ name }) => name)
  const isRemoved = new Set(removed)
  const effects =
    choices.holdOut.rule === 'strongest'
      ? (choices.effects ??
        (await measureEffects(screen, choices.quality, {
          signal: work.signal,
          onProgress: (fraction, message) =>
            work.onProgress?.(fraction === null ? null : 0.1 + 0.6 * fraction, message),
        })))
      : undefined
  return {
    perturbations: screen.perturbations.filter((name) => !isRemoved.has(name)),
    removed,
    genes: screen.genes,
    effects,
    pathwayGenes: choices.pathwayGenes,
  }
}

function checkTrainingCells(splitOfCell: PreparedScreen['splitOfCell']): void {
  const cells = splitOfCell.filter((name) => name === 'train').length
  if (cells >= 3) return
  throw new ShiftscopeError({
    code: 'prepare/tooFewCells',
    message: `Only ${cells} ${cells === 1 ? 'cell is' : 'cells are'} left to train on; a model needs hundreds.`,
    where: 'quality',
    hint: 'Lower the minimum counts or genes per cell, or hold out less.',
  })
}

function report(
  screen: Screen,
  prepared: PreparedScreen,
  outcome: QualityOutcome,
  chosen: ChosenGenes,
  choice: HoldOutChoice,
  choices: PrepareChoices,
): PrepareReport {
  const { preview } = outcome
  const isHeldOut = new Map(
    prepared.perturbations.map((name, perturbation) => [name, prepared.heldOut[perturbation]]),
  )
  const inSplit = (wanted: string) => prepared.splitOfCell.filter((name) => name === wanted).length
  const facts = {
    cells: {
      imported: preview.cells.all,
      kept: preview.cells.kept,
      tooFewCounts: preview.cells.tooFewCounts,
      tooFewGenes: preview.cells.tooFewGenes,
      inSmallPerturbations: preview.cells.inSmallPerturbations,
      train: inSplit('train'),
      validation: inSplit('validation'),
      test: inSplit('test'),
    },
    genes: { imported: screen.counts.genes, kept: prepared.counts.genes, targets: chosen.targets },
    perturbations: preview.keptPerturbations.map((row) => ({
      ...row,
      heldOut: !row.control && isHeldOut.get(row.name) === true,
    })),
    removedPerturbations: preview.removedPerturbations,
  }
  const controls = prepared.perturbationOfCell.filter((perturbation) => perturbation === controlCell).length
  return {
    ...facts,
    findings: prepareFindings({
      ...facts,
      controls,
      emptyCells: prepared.counts.rowStarts.filter(
        (start, row, starts) => row > 0 && start === starts[row - 1],
      ).length,
      unmeasuredTargets: chosen.unmeasuredTargets,
      choice,
      choices,
    }),
  }
}
