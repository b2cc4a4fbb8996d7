import { ShiftscopeError } from '@contract/errors'
import type { Matrix } from '../numerics/matrix'

/** @throws ShiftscopeError `evaluation/notFinite` when an entry is not a finite number */
export function requireFinite(matrix: Matrix, what: string): void {
  const at = matrix.values.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  const row = Math.floor(at / matrix.columns)
  throw new ShiftscopeError({
    code: 'evaluation/notFinite',
    message: `The ${what} holds a value that is not a number (${matrix.values[at]}).`,
    where: `row ${row + 1}, column ${(at % matrix.columns) + 1}`,
    hint: 'Such a value comes from a run that diverged: train again, with a smaller learning rate or another seed.',
  })
}

/** @throws ShiftscopeError `evaluation/sizesDiffer` when two matrices have different numbers of rows */
export function requireSameRows(a: Matrix, b: Matrix, whatA: string, whatB: string): void {
  if (a.rows === b.rows) return
  throw new ShiftscopeError({
    code: 'evaluation/sizesDiffer',
    message: `The ${whatA} has ${a.rows} rows, the ${whatB} has ${b.rows}.`,
    hint: 'Compare only what was computed from the same screen.',
  })
}

/** @throws ShiftscopeError `evaluation/fewPerturbations` when there are fewer than two */
export function requirePerturbations(count: number): void {
  if (count >= 2) return
  throw new ShiftscopeError({
    code: 'evaluation/fewPerturbations',
    message: `${count === 1 ? 'One perturbation is' : 'No perturbation is'} not enough to compare graphs.`,
    hint: 'Use a screen with at least two perturbations besides the control.',
  })
}
