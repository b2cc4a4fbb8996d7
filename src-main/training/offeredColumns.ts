import type { OfferedColumn, OfferedColumns } from '@contract/columns'
import { ShiftscopeError } from '@contract/errors'
import { columnLevels, levelsOfNumbers } from '../screen/cellLevels'
import { controlCell, hasControls, type PreparedScreen } from '../screen/screen'
import { cellCovariates, covariateNotices } from './covariates'

type AnnotatedCells = Pick<
  PreparedScreen,
  'covariates' | 'perturbations' | 'perturbationOfCell' | 'splitOfCell'
>

/** Why something is refused; null where it is not. */
function refusal(attempt: () => void): string | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof ShiftscopeError) return error.message
    throw error
  }
}

function levelsOf({ covariates }: AnnotatedCells, name: string): number | null {
  const covariate = covariates[name]
  const ofCell = covariate.kind === 'text' ? covariate.codes : levelsOfNumbers(covariate.values)?.ofCell
  if (!ofCell) return null
  return new Set(ofCell.filter((level) => level >= 0)).size
}

/** Why nothing can be compared within the levels of a column. */
function notToCompareWithin(screen: AnnotatedCells, name: string): string | null {
  const unusable = refusal(() => columnLevels(screen, name, 'compareWithin'))
  if (unusable !== null) return unusable
  const { ofCell, count } = columnLevels(screen, name, 'compareWithin')
  if (levelsOf(screen, name) === 1) return `All cells have the same value in the column "${name}".`
  const withControls = hasControls(screen)
  const [reference, perturbed] = [
    Array.from({ length: count }, () => new Set<number>()),
    Array.from({ length: count }, () => new Set<number>()),
  ]
  screen.perturbationOfCell.forEach((perturbation, cell) => {
    if (ofCell[cell] < 0) return
    if (perturbation === controlCell) reference[ofCell[cell]].add(perturbation)
    else perturbed[ofCell[cell]].add(perturbation)
  })
  const comparable = perturbed.some(({ size }, level) =>
    withControls ? size > 0 && reference[level].size > 0 : size > 1,
  )
  if (comparable) return null
  return `No level of the column "${name}" has cells of a perturbation and ${withControls ? 'control cells' : 'cells of another'}.`
}

/**
 * The columns of the cell annotation with what each can be chosen for, and what there is to say of some of them together.
 * @param chosen covariates, as named; those that the screen does not have are a problem, not an error
 */
export function offeredColumns(screen: AnnotatedCells, chosen: readonly string[]): OfferedColumns {
  const columns = Object.keys(screen.covariates).map((name): OfferedColumn => ({
    name,
    levels: levelsOf(screen, name),
    notAsCovariate: refusal(() => cellCovariates(screen, [name])),
    notToCompareWithin: notToCompareWithin(screen, name),
  }))
  const problem = refusal(() => cellCovariates(screen, chosen))
  return { columns, together: { problem, notices: problem === null ? covariateNotices(screen, chosen) : [] } }
}
