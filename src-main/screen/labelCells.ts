import { controlCell } from './screen'

export interface LabellingInput {
  /** For each cell of the matrix its guides (or perturbations); empty where it has none. */
  readonly guidesOfCell: readonly (readonly string[])[]
  /** Cells known to have several targets without a list of them; they can only be dropped. */
  readonly unnamedSeveral: ReadonlySet<number>
  readonly targetOfGuide: (guide: string) => string
  readonly isControl: (guide: string, target: string) => boolean
  /** What becomes of cells with several targets. */
  readonly multiple: 'combine' | 'drop'
}

export interface CellLabels {
  /** Cells of the matrix that stay in the screen, ascending. */
  readonly cells: Uint32Array
  /** Sorted names of the perturbations; combinations are `A+B` in sorted order. */
  readonly perturbations: readonly string[]
  /** For each kept cell an index into `perturbations`, or `controlCell`. */
  readonly perturbationOfCell: Int32Array
  /** Guides of each kept cell joined by `|`. */
  readonly guidesOfCell: readonly string[]
  /** Cells of the matrix without any guide. */
  readonly unlabelled: number
  readonly severalTargets: number
  readonly dropped: number
  readonly controls: number
}

/** Sorted by character code, so that the order is the same in every language setting. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Turns the guides of each cell into one perturbation. A cell whose guides share a target has that perturbation; a
 * control guide beside a targeting guide does not count as a second target; a cell with control guides only is a
 * control cell; several targets become `A+B` or are dropped.
 */
export function labelCells(input: LabellingInput): CellLabels {
  const kept: number[] = []
  const names: (string | null)[] = []
  const guides: string[] = []
  let [unlabelled, severalTargets, dropped, controls] = [0, 0, 0, 0]
  input.guidesOfCell.forEach((guidesHere, cell) => {
    if (input.unnamedSeveral.has(cell)) {
      severalTargets += 1
      dropped += 1
      return
    }
    if (guidesHere.length === 0) {
      unlabelled += 1
      return
    }
    const targets = new Set<string>()
    for (const guide of guidesHere) {
      const target = input.targetOfGuide(guide)
      if (!input.isControl(guide, target)) targets.add(target)
    }
    if (targets.size > 1) {
      severalTargets += 1
      if (input.multiple === 'drop') {
        dropped += 1
        return
      }
    }
    if (targets.size === 0) controls += 1
    kept.push(cell)
    names.push(targets.size === 0 ? null : [...targets].sort(compareNames).join('+'))
    guides.push(guidesHere.join('|'))
  })
  const perturbations = [...new Set(names.filter((name) => name !== null))].sort(compareNames)
  const indexOf = new Map(perturbations.map((name, index) => [name, index]))
  return {
    cells: Uint32Array.from(kept),
    perturbations,
    perturbationOfCell: Int32Array.from(names, (name) =>
      name === null ? controlCell : (indexOf.get(name) ?? controlCell),
    ),
    guidesOfCell: guides,
    unlabelled,
    severalTargets,
    dropped,
    controls,
  }
}
