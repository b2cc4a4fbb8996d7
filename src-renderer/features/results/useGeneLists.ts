import type { LatentGenes, TargetGraph } from '@contract/results'
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import { request } from '../../contractClient/client'

/**
 * The gene lists of every latent of a run, asked for one after another once somebody searches; those that arrived so
 * far can be searched meanwhile. A list that cannot be read is left out: its latent's top genes are still found.
 */
export function useGeneLists(): {
  lists: Ref<readonly LatentGenes[]>
  load: (directory: string, run: string, graph: TargetGraph) => Promise<void>
} {
  const lists = shallowRef<readonly LatentGenes[]>([])
  let loadedFor: TargetGraph | null = null

  async function load(directory: string, run: string, graph: TargetGraph): Promise<void> {
    if (loadedFor === graph) return
    loadedFor = graph
    lists.value = []
    for (const { name } of graph.latents) {
      const list = await request('results/genes', { directory, run, latent: name }).catch(() => null)
      if (loadedFor !== graph) return
      if (list) lists.value = [...lists.value, list]
    }
  }

  onScopeDispose(() => (loadedFor = null))
  return { lists, load }
}
