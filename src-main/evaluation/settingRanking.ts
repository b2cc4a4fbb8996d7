import type { RankedRun } from '@contract/search'
import { median } from '../numerics/statistics'
import { representation, type FinishedRun } from './agreement'
import { disentanglementRanking } from './disentanglementRanking'
import { graphEvaluation, learnedGraph, recovery, trainedRows } from './recovery'

type JudgedRun = Pick<RankedRun, 'run' | 'seed' | 'ranking' | 'edges' | 'pearson' | 'f1'>

function besideTruth({ results }: FinishedRun): Pick<JudgedRun, 'edges' | 'pearson' | 'f1'> {
  const found = learnedGraph(results)
  const { truth } = results.screen
  const edges = found && found.graph.edges.reduce((sum, edge) => sum + edge, 0)
  if (!truth) return { edges, pearson: null, f1: null }
  const comparable = found !== null && trainedRows(results).length >= 2
  return {
    edges,
    pearson: recovery(results, truth).trainingCells.pearson,
    f1: comparable ? graphEvaluation(results, found, truth).scores.f1 : null,
  }
}

/**
 * How far the runs of one setting agree (Duan et al. 2020): each is compared with the others, which have other seeds.
 * What the truth of a simulated screen says stands beside it and changes nothing.
 * @param runs at least two, on the same screen
 * @throws ShiftscopeError `evaluation/fewRuns` and as `disentanglementRanking`
 */
export function rankSetting(runs: readonly FinishedRun[]): { ranking: number; runs: JudgedRun[] } {
  const { scores } = disentanglementRanking(runs.map(({ results }) => representation(results)))
  return {
    ranking: median(scores),
    runs: runs.map((each, at) => ({
      run: each.run,
      seed: each.configuration.seed,
      ranking: scores[at],
      ...besideTruth(each),
    })),
  }
}

/**
 * The setting to take without knowing the truth.
 * @param settings in the order of their grid
 * @returns position of the highest ranking, the first of equals; null where none is ranked
 */
export function chooseSetting(settings: readonly { readonly ranking: number | null }[]): number | null {
  let chosen: number | null = null
  let highest = -Infinity
  settings.forEach(({ ranking }, at) => {
    if (ranking === null || ranking <= highest) return
    chosen = at
    highest = ranking
  })
  return chosen
}
