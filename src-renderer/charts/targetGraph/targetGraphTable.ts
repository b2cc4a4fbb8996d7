import type { TargetGraph } from '@contract/results'
import type { FigureTable } from '../figureTable'
import { observedAt } from './observedShift'
import { edgesOver, isEdge, type GraphCell } from './targetGraphView'

const columns: FigureTable['columns'] = [
  { key: 'perturbation', title: 'Perturbation' },
  { key: 'cells', title: 'Cells' },
  { key: 'latent', title: 'Latent' },
  { key: 'latent_label', title: 'Name of the latent' },
  { key: 'shift', title: 'Shift (prior SD)' },
  { key: 'observed_shift', title: 'Observed shift' },
  { key: 'standard_error', title: 'Standard error' },
  { key: 'probability', title: 'Edge probability' },
  { key: 'edge', title: 'Edge' },
]

function row(graph: TargetGraph, cell: GraphCell, threshold: number) {
  const perturbation = graph.perturbations[cell.perturbation]
  const latent = graph.latents[cell.latent]
  const observed = observedAt(graph, cell)
  return [
    perturbation.name,
    perturbation.cells,
    latent.name,
    latent.label,
    graph.shift[cell.perturbation][cell.latent],
    observed?.shift ?? null,
    observed?.standardError ?? null,
    graph.probability[cell.perturbation][cell.latent],
    isEdge(graph, cell, threshold) ? 'yes' : 'no',
  ]
}

/** Every pair of perturbation and latent, in the clustered order. */
export function targetGraphTable(graph: TargetGraph, threshold: number): FigureTable {
  const pairs = graph.perturbationOrder.flatMap((perturbation) =>
    graph.latentOrder.map((latent) => ({ perturbation, latent })),
  )
  return { columns, rows: pairs.map((pair) => row(graph, pair, threshold)) }
}

/** The edges alone, largest absolute shift first. */
export function edgeTable(graph: TargetGraph, threshold: number): FigureTable {
  const size = ({ perturbation, latent }: GraphCell) => Math.abs(graph.shift[perturbation][latent])
  const edges = edgesOver(graph, threshold).sort((one, other) => size(other) - size(one))
  return { columns, rows: edges.map((edge) => row(graph, edge, threshold)) }
}
