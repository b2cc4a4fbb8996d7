import type { ModelRecipe } from '@contract/recipe'
import { modelRecipeSchema, mostContentLatents } from '@contract/recipe'
import { modelsText } from '../../text/models'

/** Fields of a model that hold a number. */
export type NumberName = Exclude<
  keyof ModelRecipe,
  | 'model'
  | 'device'
  | 'form'
  | 'covariates'
  | 'compareWithin'
  | 'stopWhen'
  // Set by presets and in the recipe alone.
  | 'mask'
  | 'start'
  | 'hidden'
  | 'dropout'
  | 'finalLearningRate'
  | 'shiftRate'
>

/** What is told when a value is not allowed; the rule itself is the contract's. */
const messages: Record<NumberName, string> = {
  latents: modelsText.wholeNumber(1, 500),
  contentLatents: modelsText.wholeNumber(0, mostContentLatents),
  epochs: modelsText.wholeNumber(1, 10_000),
  batchSize: modelsText.wholeNumber(3, 65_536),
  alpha: modelsText.overZero,
  beta: modelsText.overZero,
  edgeProbability: modelsText.probability,
  warmUp: modelsText.wholeNumber(0, null),
  learningRate: modelsText.rate,
  patience: modelsText.wholeNumber(1, null),
  seed: modelsText.wholeNumber(0, 0xffffffff),
  threads: modelsText.wholeNumber(1, null),
}

export type ReadNumber = { value: number } | { problem: string }

/** Reads what a person typed for a field: `1,000` and `1e-3` are numbers; nothing and words are not. */
export function readNumber(name: NumberName, typed: string): ReadNumber {
  const text = typed.trim().replaceAll(',', '').replace('−', '-')
  const value = text === '' ? Number.NaN : Number(text)
  const allowed = modelRecipeSchema.shape[name].safeParse(value).success
  return allowed ? { value } : { problem: messages[name] }
}

/** What to look at although it is allowed, by field. */
export function modelWarnings(model: ModelRecipe): Partial<Record<NumberName, string>> {
  return {
    ...(model.warmUp >= model.epochs ? { warmUp: modelsText.longWarmUp } : {}),
    ...(model.patience !== null && model.patience >= model.epochs
      ? { patience: modelsText.shortPatience }
      : {}),
  }
}
