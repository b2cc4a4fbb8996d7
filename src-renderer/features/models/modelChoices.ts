import type { ModelPreset, ModelRecipe } from '@contract/recipe'
import { modelPresets, presetNames } from '@contract/recipe'

type Models = readonly ModelRecipe[]

/** The preset that a model's settings are, or `own` where they are none of them. */
export function presetOf(model: ModelRecipe): ModelPreset | 'own' {
  const fits = (preset: ModelPreset) =>
    Object.entries(modelPresets[preset]).every(
      ([field, value]) => JSON.stringify(Reflect.get(model, field)) === JSON.stringify(value),
    )
  return presetNames.find(fits) ?? 'own'
}

/**
 * The preset that a run was trained with, with any number of latents; null where it is none. What a preset leaves to the
 * model is filled in by then.
 */
export function presetOfRun(configuration: ModelRecipe): ModelPreset | null {
  const fits = (preset: ModelPreset) =>
    Object.entries(modelPresets[preset]).every(
      ([field, value]) =>
        field === 'latents' ||
        value === null ||
        JSON.stringify(Reflect.get(configuration, field)) === JSON.stringify(value),
    )
  return presetNames.find(fits) ?? null
}

/** Whether two models would give the same result: everything but where they are computed is equal. */
export function sameResult(one: ModelRecipe, other: ModelRecipe): boolean {
  const relevant = (model: ModelRecipe) => JSON.stringify({ ...model, device: null, threads: null })
  return relevant(one) === relevant(other)
}

/** Places of the first two models that would give the same result, or null. */
export function firstTwins(models: Models): [number, number] | null {
  for (let place = 1; place < models.length; place++) {
    const earlier = models.findIndex((model, before) => before < place && sameResult(model, models[place]))
    if (earlier >= 0) return [earlier, place]
  }
  return null
}

/** The models with `count` copies of one behind it, each with the next seed that no copy of it has. */
export function withMoreSeeds(models: Models, place: number, count: number): ModelRecipe[] {
  const grown = [...models]
  for (let added = 0; added < count; added++) {
    let candidate = { ...models[place], seed: models[place].seed + 1 }
    while (grown.some((model) => sameResult(model, candidate))) {
      candidate = { ...candidate, seed: candidate.seed + 1 }
    }
    grown.splice(place + 1 + added, 0, candidate)
  }
  return grown
}
