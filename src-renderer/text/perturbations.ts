import { countOf, formatCount } from '../format/numbers'

export const perturbationsText = {
  perturbation: 'Perturbation',
  cells: 'Cells',
  share: 'Share of the largest',
  control: 'Control',
  heldOut: 'Held out',
  find: 'Find a perturbation',
  nothingFound: 'No perturbation has this text in its name.',
  sortName: 'Sort by name',
  sortCells: 'Sort by number of cells',
} as const

export function shownOf(shown: number, all: number): string {
  return shown === all
    ? countOf(all, 'perturbation')
    : `${formatCount(shown)} of ${countOf(all, 'perturbation')}`
}
