import { isDeepStrictEqual } from 'node:util'
import type { Project } from '@contract/project'
import type { ModelRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'

type Prepared = NonNullable<Project['prepared']>

/** Perturbations that are not controls and not held out: those whose edges are trained. */
export function trainedPerturbations(prepared: Prepared): number {
  return prepared.report.perturbations.filter((entry) => !entry.control && !entry.heldOut).length
}

/**
 * A model's recipe with everything decided: `alpha` is the number of trained perturbations, K, where the person left
 * it open (Beta(1, K) prior on the edge probabilities).
 */
export function decideConfiguration(model: ModelRecipe, prepared: Prepared): ModelRecipe {
  return { ...model, alpha: model.alpha ?? Math.max(1, trainedPerturbations(prepared)) }
}

/** Whether a run was trained with these choices on this prepared screen. Where it was computed does not matter. */
export function isRunOf(run: Run, model: ModelRecipe, prepared: Prepared): boolean {
  const place = { device: 'auto', threads: null } as const
  return (
    run.screenSha256 === prepared.screenSha256 &&
    isDeepStrictEqual(
      { ...run.configuration, ...place },
      { ...decideConfiguration(model, prepared), ...place },
    )
  )
}
