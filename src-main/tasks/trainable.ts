import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { PrepareReport } from '@contract/reports'

/** Models that know of no perturbations, for which it does not matter how many there are. */
const withoutPerturbations: readonly ModelRecipe['model'][] = ['vae', 'beta-vae']

/**
 * Refuses a model that cannot say anything of a prepared screen, before a run is made.
 * @throws `training/moreLatentsThanGenes`; `training/fewPerturbations` when fewer than two perturbations are trained on
 */
export function requireTrainable(
  { model, latents, contentLatents }: Pick<ModelRecipe, 'model' | 'latents' | 'contentLatents'>,
  { genes, perturbations }: Pick<PrepareReport, 'genes' | 'perturbations'>,
): void {
  if (latents + contentLatents > genes.kept) {
    const counted =
      contentLatents === 0 ? `${latents} latents` : `${latents} latents and ${contentLatents} content latents`
    const together = contentLatents === 0 ? '' : ' together'
    throw new ShiftscopeError({
      code: 'training/moreLatentsThanGenes',
      message: `${counted} are more than the ${genes.kept} genes of the prepared screen.`,
      where: 'latents',
      hint: `Choose at most ${genes.kept} latents${together}, better far fewer, or keep more genes.`,
    })
  }
  const trained = perturbations.filter(({ control, heldOut }) => !control && !heldOut)
  if (trained.length >= 2 || withoutPerturbations.includes(model)) return
  const names = trained.map(({ name }) => name).join(', ')
  throw new ShiftscopeError({
    code: 'training/fewPerturbations',
    message: `A model of perturbations needs at least two to train on; the prepared screen has ${names === '' ? 'none' : `only ${names}`}.`,
    hint: 'Hold out fewer perturbations, lower the fewest cells of a perturbation, or train a VAE, which knows of none.',
  })
}
