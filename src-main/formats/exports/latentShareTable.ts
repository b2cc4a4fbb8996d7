import type { LatentShares } from '../latentShareParts'
import { csvLine } from './csv'
import { numberText } from './numberText'

/** `latent_shares.csv`: one line for every latent and factor. `levels` is empty for factors without levels. */
export function latentSharesCsv({ factors, share }: LatentShares, latents: readonly string[]): string {
  const lines = [csvLine(['latent', 'factor', 'kind', 'levels', 'nested', 'share'])]
  latents.forEach((latent, column) =>
    factors.forEach(({ name, kind, levels, nested }, row) =>
      lines.push(
        csvLine([
          latent,
          name,
          kind,
          levels === null ? '' : String(levels),
          nested ? '1' : '0',
          numberText(share[row * latents.length + column]),
        ]),
      ),
    ),
  )
  return lines.join('')
}
