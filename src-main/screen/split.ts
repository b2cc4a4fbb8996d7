import type { SplitName } from '@contract/reports'
import { RandomStream } from '../numerics/random'
import { controlCell } from './screen'

/** Training cells among so many: ⌈(1 - share) · cells⌉, as in the paper's code. */
export function trainingCells(cells: number, validationShare: number): number {
  // The small number takes back what (1 - share) gains by rounding: 0.9 · 70 must be 63.
  return Math.min(cells, Math.ceil((1 - validationShare) * cells - 1e-9))
}

/**
 * Puts every cell into one split. Cells of held-out perturbations are the test split; of the others, control cells
 * included, a random part is kept for validation. Of each perturbation at least one cell is trained on. The result
 * depends on the seed and on the cells only.
 * @param perturbationOfCell index into `heldOut`, or `controlCell`
 * @param heldOut for each perturbation whether it is held out
 * @param validationShare share of the cells that are not held out, between 0 and 0.5
 */
export function splitCells(
  perturbationOfCell: Int32Array,
  heldOut: readonly boolean[],
  validationShare: number,
  seed: number,
): SplitName[] {
  const isTest = (cell: number) =>
    perturbationOfCell[cell] !== controlCell && heldOut[perturbationOfCell[cell]]
  const splits = Array.from(perturbationOfCell, (_, cell): SplitName =>
    isTest(cell) ? 'test' : 'validation',
  )
  const candidates = Uint32Array.from(perturbationOfCell.keys()).filter((cell) => !isTest(cell))
  const shuffled = new RandomStream(seed, 'validationSplit').shuffle(candidates)
  const wanted = trainingCells(shuffled.length, validationShare)

  const seen = new Set<number>()
  let trained = 0
  for (const cell of shuffled) {
    const perturbation = perturbationOfCell[cell]
    if (perturbation === controlCell || seen.has(perturbation)) continue
    seen.add(perturbation)
    splits[cell] = 'train'
    trained += 1
  }
  for (const cell of shuffled) {
    if (trained >= wanted) break
    if (splits[cell] === 'train') continue
    splits[cell] = 'train'
    trained += 1
  }
  return splits
}
