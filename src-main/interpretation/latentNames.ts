import { ShiftscopeError } from '@contract/errors'

/** Names that a person gave to latents, by latent (`z1` → `Interferon response`). */
export type LatentLabels = Readonly<Partial<Record<string, string>>>

/** The name a person gave, or "Latent 1". */
export function labelOf(latents: readonly string[], latent: number, labels: LatentLabels): string {
  return labels[latents[latent]] ?? `Latent ${latent + 1}`
}

/** What a content latent is called; no one gives it a name. */
export function contentLabel(latent: number): string {
  return `Content latent ${latent + 1}`
}

/**
 * Index of a latent by its name.
 * @throws ShiftscopeError `results/unknownLatent`
 */
export function indexOfLatent(latents: readonly string[], name: string): number {
  const index = latents.indexOf(name)
  if (index >= 0) return index
  throw new ShiftscopeError({
    code: 'results/unknownLatent',
    message: `This run has no latent "${name}".`,
    where: 'latent',
    hint: `Choose one of ${latents[0]} to ${latents[latents.length - 1]}.`,
  })
}
