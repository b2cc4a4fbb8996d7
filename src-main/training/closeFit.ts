import type { ModelRecipe } from '@contract/recipe'
import type { EpochRecord } from '@contract/run'

/** Rise of the validation loss over its best, as a share of it, that early stopping alone does not leave behind. */
const notableRise = 0.01

/**
 * What to say of a run that went on to fit its training cells more closely while validation cells became less likely,
 * with what to do; null for any other. Only epochs with the whole KL term are compared. β-VAE does not minimise the
 * negative ELBO that is told of it, so that a rise of it says nothing.
 */
export function closeFitNotice(
  { model }: Pick<ModelRecipe, 'model'>,
  history: readonly Pick<
    EpochRecord,
    'epoch' | 'klWeight' | 'trainNegativeElbo' | 'validationNegativeElbo'
  >[],
): string | null {
  if (model === 'beta-vae') return null
  const told = history.flatMap(({ epoch, klWeight, trainNegativeElbo, validationNegativeElbo }) =>
    klWeight < 1 || validationNegativeElbo === null
      ? []
      : [{ epoch, training: trainNegativeElbo, validation: validationNegativeElbo }],
  )
  const last = told.at(-1)
  if (!last) return null
  const best = told.reduce((least, other) => (other.validation < least.validation ? other : least))
  const rise = last.validation / best.validation - 1
  if (rise < notableRise || last.training >= best.training) return null
  return [
    `The run fits its training cells too closely: validation cells were most likely in epoch ${best.epoch} (negative ELBO ${best.validation.toFixed(1)} nats per cell) and became less so (${last.validation.toFixed(1)}, ${(100 * rise).toFixed(1)} % more), while training cells became more likely.`,
    'Latents and shifts may follow noise. Take fewer hidden units, dropout (0.1), early stopping or fewer epochs; the preset "As in the paper" (paper) has all but the last.',
  ].join(' ')
}
