import type { HeldOutLikelihood } from '@contract/evaluation'
import type { LongWork } from '../screen/longWork'
import { controlCell, type PreparedScreen } from '../screen/screen'
import { fitMeanBaseline, negativeLogLikelihood, type MeanBaselineKind } from './meanBaselines'

/** Nothing is drawn, so nothing is uncertain. */
const exact = (value: number) => ({ value, standardError: 0 })
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length

/** Likelihoods of single cells as a table, the way they are told of runs. */
export function heldOutTable(
  screen: Pick<PreparedScreen, 'perturbations' | 'perturbationOfCell'>,
  cells: Uint32Array,
  before: Float64Array,
  after: Float64Array,
): HeldOutLikelihood {
  const positions = new Map<number, number[]>()
  cells.forEach((cell, position) => {
    const perturbation = screen.perturbationOfCell[cell]
    positions.set(perturbation, [...(positions.get(perturbation) ?? []), position])
  })
  const groups = [...positions].map(([perturbation, own]) => ({
    name: screen.perturbations[perturbation],
    cells: own.length,
    before: mean(own.map((position) => before[position])),
    after: mean(own.map((position) => after[position])),
  }))
  const both = (of: (when: 'before' | 'after') => number) => ({
    before: exact(of('before')),
    after: exact(of('after')),
  })
  return {
    perturbations: groups
      .map((group) => ({ name: group.name, cells: group.cells, ...both((when) => group[when]) }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    mean: both((when) => mean(groups.map((group) => group[when]))),
    sumOverCells: both((when) => sum([...(when === 'before' ? before : after)])),
  }
}

/**
 * Interventional negative log-likelihood of held-out cells under a simple row, in nats. Before: held-out cells are
 * predicted as control cells. After: with what may be taken from their own mean, as a model's shifts are fitted to the
 * same cells (for the control mean the same as before). Dispersions are those of the training cells throughout.
 * @param components of the linear row
 * @throws ShiftscopeError `evaluation/fewPerturbations` for `linear`; the signal's reason when cancelled
 */
export async function heldOutBaseline(
  kind: MeanBaselineKind,
  screen: PreparedScreen,
  components: number,
  work: LongWork = {},
): Promise<HeldOutLikelihood> {
  const all = Uint32Array.from(screen.splitOfCell.keys())
  const training = all.filter((cell) => screen.splitOfCell[cell] === 'train')
  const heldOut = all.filter((cell) => screen.splitOfCell[cell] === 'test')
  const fitCells = all.filter((cell) => screen.splitOfCell[cell] !== 'validation')
  const fitted = await fitMeanBaseline(kind, screen, training, fitCells, components, work)
  // A fit to the training cells alone differs in nothing else: no held-out perturbation has cells among them.
  const asControl = { ...fitted, frequenciesOf: () => fitted.frequenciesOf(controlCell) }
  const before = await negativeLogLikelihood(asControl, screen, heldOut, work)
  const after = kind === 'control mean' ? before : await negativeLogLikelihood(fitted, screen, heldOut, work)
  return heldOutTable(screen, heldOut, before, after)
}
