import type { IcaGraph, IcaTables } from '@contract/baselines'
import type { LatentGenes } from '@contract/results'
import type { PreparedScreen } from '../screen/screen'
import { cellsOfPerturbations, clusteredOrders, strongestSymbols, type ScoredScreen } from './graphParts'
import { latentGenes } from './latentGenes'
import { labelOf, type LatentLabels } from './latentNames'

const scored = (screen: PreparedScreen, { components, geneScores }: IcaTables): ScoredScreen => ({
  screen,
  latents: components,
  geneScores: Float32Array.from(geneScores),
})

/** `IC1` → `IC 1`. */
function labelsOf({ components }: IcaTables): LatentLabels {
  return Object.fromEntries(components.map((name, index) => [name, `IC ${index + 1}`]))
}

/** Which perturbation shifts which component: the tables of ICA with what is needed to draw them. */
export function icaGraph(screen: PreparedScreen, tables: IcaTables): IcaGraph {
  const { components, falseDiscoveryRate, effectFloor } = tables
  const labels = labelsOf(tables)
  const genes = scored(screen, tables)
  const { perturbations, heldOut } = screen
  const rowsOf = (values: readonly number[]): number[][] =>
    perturbations.map((_, row) => values.slice(row * components.length, (row + 1) * components.length))
  const shift = rowsOf(tables.shifts)
  const edges = rowsOf(tables.edges).map((row) => row.map((edge) => edge === 1))
  const expected = shift.map((row, perturbation) =>
    row.map((value, component) => (edges[perturbation][component] ? value : 0)),
  )
  const { rowOrder, columnOrder } = clusteredOrders(expected, components.length)
  const cells = cellsOfPerturbations(screen)
  return {
    falseDiscoveryRate,
    effectFloor,
    perturbations: perturbations.map((name, row) => ({
      name,
      cells: cells[row],
      edges: edges[row].filter(Boolean).length,
      heldOut: heldOut[row],
    })),
    components: components.map((name, component) => ({
      name,
      label: labelOf(components, component, labels),
      edges: edges.filter((row) => row[component]).length,
      topGenes: strongestSymbols(genes, component),
    })),
    shift,
    adjustedP: rowsOf(tables.adjustedP),
    edges,
    perturbationOrder: rowOrder,
    componentOrder: columnOrder,
  }
}

/**
 * The genes that rise and fall with a component most, strongest first.
 * @param count most genes in each list
 * @throws ShiftscopeError `results/unknownLatent`
 */
export function icaGenes(
  screen: PreparedScreen,
  tables: IcaTables,
  component: string,
  count: number,
): LatentGenes {
  return latentGenes(scored(screen, tables), component, count, labelsOf(tables))
}
