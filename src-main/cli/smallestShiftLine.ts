import type { Project } from '@contract/project'
import type { Run } from '@contract/run'
import { median } from '../numerics/statistics'
import { smallestDetectableShift, wantedShift } from '../training/smallestShift'
import { amount } from './wording'

/**
 * What a run cannot find, told before it starts; nothing for models without the prior Beta(1, α). Training cells are
 * those of the report less the validation share, which is drawn over all perturbations.
 */
export function smallestShiftLines(
  { configuration }: Pick<Run, 'configuration'>,
  prepared: NonNullable<Project['prepared']>,
): string[] {
  const { cells, perturbations } = prepared.report
  const trainingShare = cells.train / (cells.train + cells.validation)
  const trained = perturbations.filter(({ control, heldOut }) => !control && !heldOut)
  const cellsOf = trained.map((perturbation) => Math.round(perturbation.cells * trainingShare))
  if (cellsOf.length === 0) return []
  const typical = Math.round(median(cellsOf))
  const smallest = smallestDetectableShift(configuration, typical)
  if (smallest === null) return []
  const tooFew = cellsOf.filter((own) => (smallestDetectableShift(configuration, own) ?? 0) > wantedShift)
  return [
    `  With ${amount(typical)} training cells (the median over perturbations) and alpha ${configuration.alpha}, shifts under ${smallest.toFixed(2)} prior standard deviations will be missed; ` +
      `${amount(tooFew.length)} of ${amount(trained.length)} perturbations have fewer cells than a shift of ${wantedShift} needs.`,
  ]
}
