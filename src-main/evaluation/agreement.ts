import type { RunAgreement } from '@contract/evaluation'
import type { ModelRecipe } from '@contract/recipe'
import { controlCell } from '../screen/screen'
import { disentanglementRanking, type Representation } from './disentanglementRanking'
import { edgeRecurrence, type GraphOfRun } from './edgeRecurrence'
import { learnedGraph, type Learned } from './recovery'

export interface FinishedRun {
  readonly run: string
  readonly configuration: ModelRecipe
  readonly results: Learned
}

/** Runs with the same key differ only in their seed and in where they were computed. */
function settingsOf({ configuration }: FinishedRun): string {
  return JSON.stringify({ ...configuration, seed: null, device: null, threads: null })
}

/**
 * Latents with a lower bound of their mean divergence from the prior, ½ mean (mean of q - prior mean)²: variances are
 * not kept with the results, and what they add is positive.
 */
export function representation({
  screen,
  latents,
  latentMeans,
  probability,
  shift,
}: Learned): Representation {
  const columns = latents.length
  const divergence = new Float64Array(columns)
  latentMeans.forEach((mean, at) => {
    const perturbation = screen.perturbationOfCell[Math.floor(at / columns)]
    const latent = at % columns
    const edge = perturbation * columns + latent
    const prior =
      perturbation === controlCell || !shift ? 0 : (probability ? probability[edge] : 1) * shift[edge]
    divergence[latent] += (mean - prior) ** 2 / 2 / screen.counts.cells
  })
  return {
    latents: { rows: screen.counts.cells, columns, values: latentMeans },
    meanDivergence: divergence,
  }
}

function graphOfRun(results: Learned): GraphOfRun | null {
  const found = learnedGraph(results)
  if (!found || !results.shift) return null
  const { latents, graph } = { latents: representation(results).latents, graph: found.graph }
  return {
    latents,
    graph,
    shifts: { rows: graph.perturbations, columns: graph.latents, values: results.shift },
  }
}

/** Mean over the edges of a run of the share of runs that have them; null without edges. */
function meanRecurrence(reference: GraphOfRun, others: readonly GraphOfRun[]): number | null {
  const { share } = edgeRecurrence(reference, others)
  let [edges, sum] = [0, 0]
  reference.graph.edges.forEach((edge, at) => {
    if (edge !== 1) return
    edges += 1
    sum += share.values[at]
  })
  return edges === 0 ? null : sum / edges
}

function agreementOf(runs: readonly FinishedRun[]): RunAgreement['groups'][number] {
  const { scores } = disentanglementRanking(runs.map(({ results }) => representation(results)))
  const graphs = runs.map(({ results }) => graphOfRun(results))
  return {
    model: runs[0].configuration.model,
    runs: runs.map(({ run }, at) => {
      const own = graphs[at]
      const others = graphs.filter((_, other) => other !== at).filter((graph) => graph !== null)
      return {
        run,
        ranking: scores[at],
        edges: own && own.graph.edges.reduce((sum, edge) => sum + edge, 0),
        edgeRecurrence: own && meanRecurrence(own, others),
      }
    }),
  }
}

/** How far runs of the same screen that differ only in their seed agree; runs without such a companion are left out. */
export function runAgreement(runs: readonly FinishedRun[]): RunAgreement {
  const groups = new Map<string, FinishedRun[]>()
  for (const run of runs) groups.set(settingsOf(run), [...(groups.get(settingsOf(run)) ?? []), run])
  return { groups: [...groups.values()].filter((group) => group.length > 1).map(agreementOf) }
}
