import { isDeepStrictEqual } from 'node:util'
import type { Project } from '@contract/project'
import type { ModelRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import { completeConfiguration } from '../models/createModel'

type Prepared = NonNullable<Project['prepared']>

/** A model's recipe with everything decided: its options are filled in where the person left it open. */
export function decideConfiguration(model: ModelRecipe, prepared: Prepared): ModelRecipe {
  const perturbations = prepared.report.perturbations.filter((entry) => !entry.control).length
  return completeConfiguration(model, perturbations)
}

/** Whether a run was trained with these choices on this prepared screen. Where it was computed does not matter. */
export function isRunOf(run: Run, model: ModelRecipe, prepared: Prepared): boolean {
  const place = { device: 'auto', threads: null } as const
  return (
    run.screenSha256 === prepared.screenSha256 &&
    isDeepStrictEqual(
      { ...decideConfiguration(run.configuration, prepared), ...place },
      { ...decideConfiguration(model, prepared), ...place },
    )
  )
}
