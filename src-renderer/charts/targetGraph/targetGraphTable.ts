import { chartsText } from '../../text/charts'
import type { FigureTable, FigureValue } from '../figureTable'
import { strongestEdges, type DrawnGraph, type GraphCell } from './drawnGraph'
import { observedAt } from './observedShift'

interface Column {
  key: string
  title: string
  of: (cell: GraphCell) => FigureValue
}

function columnsOf(graph: DrawnGraph): Column[] {
  const { latent, shift } = graph.words
  const observed: Column[] = [
    {
      key: 'observed_shift',
      title: chartsText.observedShift,
      of: (cell) => observedAt(graph, cell)?.shift ?? null,
    },
    {
      key: 'standard_error',
      title: chartsText.standardError,
      of: (cell) => observedAt(graph, cell)?.standardError ?? null,
    },
  ]
  const heldOut: Column = {
    key: 'held_out',
    title: chartsText.heldOutColumn,
    of: (cell) => (graph.perturbations[cell.perturbation].heldOut ? 'yes' : 'no'),
  }
  return [
    {
      key: 'perturbation',
      title: chartsText.perturbation,
      of: (cell) => graph.perturbations[cell.perturbation].name,
    },
    { key: 'cells', title: chartsText.cells, of: (cell) => graph.perturbations[cell.perturbation].cells },
    ...(graph.perturbations.some((perturbation) => perturbation.heldOut) ? [heldOut] : []),
    { key: latent, title: chartsText.latentColumn(latent), of: (cell) => graph.latents[cell.latent].name },
    {
      key: `${latent}_label`,
      title: chartsText.latentNameColumn(latent),
      of: (cell) => graph.latents[cell.latent].label,
    },
    { key: 'shift', title: shift, of: (cell) => graph.shift[cell.perturbation][cell.latent] },
    ...(graph.observed ? observed : []),
    { key: graph.certainty.key, title: graph.certainty.title, of: graph.certainty.of },
    { key: 'edge', title: chartsText.edgeColumn, of: (cell) => (graph.isEdge(cell) ? 'yes' : 'no') },
  ]
}

function tableOf(graph: DrawnGraph, cells: readonly GraphCell[]): FigureTable {
  const columns = columnsOf(graph)
  return { columns, rows: cells.map((cell) => columns.map((column) => column.of(cell))) }
}

/** Every pair of perturbation and latent, in the clustered order. */
export function targetGraphTable(graph: DrawnGraph): FigureTable {
  const pairs = graph.perturbationOrder.flatMap((perturbation) =>
    graph.latentOrder.map((latent) => ({ perturbation, latent })),
  )
  return tableOf(graph, pairs)
}

/** The edges alone, largest absolute shift first. */
export function edgeTable(graph: DrawnGraph): FigureTable {
  return tableOf(graph, strongestEdges(graph))
}
