import type { LatentGenes } from '@contract/results'
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import type { DrawnGraph } from '../../charts/targetGraph/drawnGraph'

/**
 * The gene lists of every latent, asked for one after another once somebody searches; those that arrived so
 * far can be searched meanwhile. A list that cannot be read is left out: its latent's top genes are still found.
 */
export function useGeneLists(ask: (latent: string) => Promise<LatentGenes>): {
  lists: Ref<readonly LatentGenes[]>
  /** @param latents those of the graph that is searched: other ones are asked for anew */
  load: (latents: DrawnGraph['latents']) => Promise<void>
} {
  const lists = shallowRef<readonly LatentGenes[]>([])
  let loadedFor: DrawnGraph['latents'] | null = null

  async function load(latents: DrawnGraph['latents']): Promise<void> {
    if (loadedFor === latents) return
    loadedFor = latents
    lists.value = []
    for (const { name } of latents) {
      const list = await ask(name).catch(() => null)
      if (loadedFor !== latents) return
      if (list) lists.value = [...lists.value, list]
    }
  }

  onScopeDispose(() => (loadedFor = null))
  return { lists, load }
}
