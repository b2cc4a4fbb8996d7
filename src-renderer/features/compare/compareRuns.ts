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
  'compareWithin',
]

/** Settings in which the runs differ, and those in which they all agree, in the order of the form. */
export function splitSettings(runs: readonly Run[]): { different: Setting[]; same: Setting[] } {
  const differs = (setting: Setting) =>
    new Set(runs.map(({ configuration }) => JSON.stringify(configuration[setting]))).size > 1
  return { different: settings.filter(differs), same: settings.filter((setting) => !differs(setting)) }
}

/**
 * Runs with the lowest validation negative ELBO among those of the same prepared screen; only where there are two to
 * compare.
 */
export function lowestLosses(runs: readonly Run[]): ReadonlySet<string> {
  const lowest = new Set<string>()
  for (const screen of new Set(runs.map(({ screenSha256 }) => screenSha256))) {
    const compared = runs.flatMap(({ id, metrics, screenSha256 }) => {
      const loss = metrics?.validationNegativeElbo ?? null
      return screenSha256 === screen && loss !== null ? [{ id, loss }] : []
    })
    if (compared.length < 2) continue
    const least = Math.min(...compared.map(({ loss }) => loss))
    for (const { id, loss } of compared) if (loss === least) lowest.add(id)
  }
  return lowest
}
