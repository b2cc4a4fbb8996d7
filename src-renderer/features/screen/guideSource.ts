import type { CountsInspection, Inspection } from '@contract/inspection'
import type { ScreenRecipe } from '@contract/recipe'
import { screenText } from '../../text/screen'

/** Where the perturbation of each cell comes from. */
export type GuideSource = 'table' | 'column' | 'umis'

/** The source that a recipe names; null where it names none and the reader would look for guide UMIs in the matrix. */
export function sourceOf(screen: ScreenRecipe): GuideSource | null {
  if (screen.guides !== null) return 'table'
  return screen.perturbationColumn !== null ? 'column' : null
}

/** The source where the recipe names none: the guide UMIs in the matrix if there are any, else a table to be chosen. */
export function impliedSource(counts: Inspection | null): GuideSource {
  return counts?.kind === 'counts' && counts.guides > 0 ? 'umis' : 'table'
}

/** The column that names the perturbation of each cell, by its looks; null where none does. */
export function proposedColumn(counts: CountsInspection): string | null {
  return counts.cellColumns.find((column) => column.looksLikePerturbation)?.name ?? null
}

/** What is still missing before these choices can be imported; empty when nothing is. */
export function missingChoice(screen: ScreenRecipe | null, source: GuideSource): string {
  if (!screen) return screenText.missingCounts
  if (source === 'table' && screen.guides === null) return screenText.missingTable
  if (source === 'column' && screen.perturbationColumn === null) return screenText.missingColumn
  return ''
}
