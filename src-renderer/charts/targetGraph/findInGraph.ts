import type { LatentGenes } from '@contract/results'
import { countOf } from '../../format/numbers'
import type { DrawnGraph } from './drawnGraph'

/** What a search in the target graph found. */
export type GraphFinding =
  | { kind: 'perturbation'; index: number; text: string; detail: string }
  | { kind: 'latent'; index: number; text: string; detail: string }
  /** A gene in a latent's list; `index` is the latent. */
  | { kind: 'gene'; index: number; text: string; detail: string }

const mostFindings = 30

/** 0 exact, 1 at the start, 2 anywhere, null not at all; upper and lower case are the same. */
function closeness(text: string, query: string): number | null {
  const lower = text.toLowerCase()
  if (lower === query) return 0
  if (lower.startsWith(query)) return 1
  return lower.includes(query) ? 2 : null
}

/**
 * Perturbations, latents (by label or `z3`) and genes in the latents' lists that match a query; closest first, and
 * perturbations before latents before genes (a gene by its rank) where equally close.
 *
 * @param geneLists lists loaded so far; the three top genes of a latent are searched in any case
 */
export function findInGraph(
  graph: DrawnGraph,
  geneLists: readonly LatentGenes[],
  query: string,
): GraphFinding[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return []
  const found: { finding: GraphFinding; closeness: number; order: number }[] = []

  graph.perturbations.forEach(({ name, edges }, index) => {
    const close = closeness(name, wanted)
    if (close === null) return
    const detail = countOf(edges, 'edge')
    found.push({ finding: { kind: 'perturbation', index, text: name, detail }, closeness: close, order: 0 })
  })
  graph.latents.forEach((latent, index) => {
    const close = [closeness(latent.label, wanted), closeness(latent.name, wanted)].filter(
      (at) => at !== null,
    )
    if (close.length > 0) {
      const detail = latent.topGenes.join(', ')
      const finding: GraphFinding = { kind: 'latent', index, text: latent.label, detail }
      found.push({ finding, closeness: Math.min(...close), order: 1 })
    }
    for (const gene of genesOf(latent, geneLists)) {
      const closeGene = closeness(gene.symbol, wanted)
      if (closeGene === null) continue
      const detail = `${gene.where} ${latent.label}`
      const finding: GraphFinding = { kind: 'gene', index, text: gene.symbol, detail }
      found.push({ finding, closeness: closeGene, order: 2 + gene.rank })
    }
  })
  return found
    .sort((one, other) => one.closeness - other.closeness || one.order - other.order)
    .slice(0, mostFindings)
    .map(({ finding }) => finding)
}

function genesOf(
  latent: DrawnGraph['latents'][number],
  geneLists: readonly LatentGenes[],
): { symbol: string; rank: number; where: string }[] {
  const list = geneLists.find((one) => one.latent === latent.name)
  if (!list) {
    return latent.topGenes.map((symbol, place) => ({
      symbol,
      rank: place + 1,
      where: `number ${place + 1} in`,
    }))
  }
  return [
    ...list.up.map(({ symbol, rank }) => ({ symbol, rank, where: `number ${rank} up in` })),
    ...list.down.map(({ symbol, rank }) => ({ symbol, rank, where: `number ${rank} down in` })),
  ]
}
