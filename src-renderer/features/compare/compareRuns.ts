import type { ModelRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'

/** A setting of a model, as it is compared. */
export type Setting = keyof ModelRecipe

/** In the order of the form. */
export const settings: readonly Setting[] = [
  'model',
  'mask',
  'start',
  'hidden',
  'dropout',
  'latents',
  'contentLatents',
  'seed',
  'epochs',
  'warmUp',
  'patience',
  'stopWhen',
  'alpha',
  'beta',
  'form',
  'edgeProbability',
  'batchSize',
  'learningRate',
  'finalLearningRate',
  'shiftRate',
  'device',
  'threads',
  'covariates',
  'compareWithin',
]

/** Settings in which the runs differ, and those in which they all agree, in the order of the form. */
export function splitSettings(runs: readonly Run[]): { different: Setting[]; same: Setting[] } {
  const differs = (setting: Setting) =>
    new Set(runs.map(({ configuration }) => JSON.stringify(configuration[setting]))).size > 1
  return { different: settings.filter(differs), same: settings.filter((setting) => !differs(setting)) }
}

/**
 * What a run's loss is measured on and weighed with: the prepared screen, the model, and the options that weigh the
 * terms of its objective. How the mask is drawn does not matter: the divergence is the same on average.
 */
function objectiveOf({ screenSha256, configuration }: Run): string {
  const { model, form, alpha, beta, edgeProbability } = configuration
  return JSON.stringify([screenSha256, model, form, alpha, beta, edgeProbability])
}

/**
 * Runs with the lowest validation negative ELBO among those of the same prepared screen and objective; only where there
 * are two to compare. It holds the likelihood and the divergence of the latents, each counted once, and nothing of
 * what is said about shifts and edges: a model that weighs the divergence ten times gives way in it by design.
 */
export function lowestLosses(runs: readonly Run[]): ReadonlySet<string> {
  const lowest = new Set<string>()
  for (const objective of new Set(runs.map(objectiveOf))) {
    const compared = runs.flatMap((run) => {
      const loss = run.metrics?.validationNegativeElbo ?? null
      return objectiveOf(run) === objective && loss !== null ? [{ id: run.id, loss }] : []
    })
    if (compared.length < 2) continue
    const least = Math.min(...compared.map(({ loss }) => loss))
    for (const { id, loss } of compared) if (loss === least) lowest.add(id)
  }
  return lowest
}
