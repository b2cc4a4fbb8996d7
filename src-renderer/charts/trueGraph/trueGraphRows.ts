import type { TrueGraph } from '@contract/evaluation'
import { transferText } from '../../text/transfer'
import type { FigureTable } from '../figureTable'

/** What became of a pair of perturbation and true latent. */
export type Outcome = 'found' | 'missed' | 'notTrue' | 'none'

export function outcomeOf({ edges, learned }: TrueGraph, row: number, latent: number): Outcome {
  const found = learned?.edges[row][latent] ?? false
  if (edges[row][latent]) return found ? 'found' : 'missed'
  return found ? 'notTrue' : 'none'
}

/** Trained perturbations, those that shift the same latent most together, largest shift up first. */
export function orderedRows({ perturbations, shift }: TrueGraph): number[] {
  const strongest = shift.map((row) =>
    row.reduce((best, value, latent) => (Math.abs(value) > Math.abs(row[best]) ? latent : best), 0),
  )
  return Array.from(perturbations.keys())
    .filter((row) => perturbations[row].trained)
    .sort(
      (one, other) =>
        strongest[one] - strongest[other] || shift[other][strongest[other]] - shift[one][strongest[one]],
    )
}

/** Pairs of trained perturbations and latents by what became of them. */
export function countOutcomes(graph: TrueGraph): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { found: 0, missed: 0, notTrue: 0, none: 0 }
  for (const row of orderedRows(graph))
    for (const latent of graph.latents.keys()) counts[outcomeOf(graph, row, latent)] += 1
  return counts
}

/** Every pair of perturbation and true latent, held-out perturbations too. */
export function trueGraphTable(graph: TrueGraph): FigureTable {
  const { perturbations, latents, edges, shift, learned } = graph
  const word = (yes: boolean) => (yes ? transferText.yes : transferText.no)
  return {
    columns: [
      { key: 'perturbation', title: transferText.perturbation },
      { key: 'trained', title: transferText.trained },
      { key: 'true_latent', title: transferText.trueLatent },
      { key: 'learned_latent', title: transferText.learnedLatent },
      { key: 'true_edge', title: transferText.trueEdge },
      { key: 'learned_edge', title: transferText.learnedEdge },
      { key: 'true_shift', title: transferText.trueShift },
      { key: 'learned_shift', title: transferText.learnedShift },
    ],
    rows: perturbations.flatMap(({ name, trained }, row) =>
      latents.map((latent, column) => [
        name,
        word(trained),
        latent.name,
        latent.match?.latent ?? null,
        word(edges[row][column]),
        learned ? word(learned.edges[row][column]) : null,
        shift[row][column],
        learned ? learned.shift[row][column] : null,
      ]),
    ),
  }
}
