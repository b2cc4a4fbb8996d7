import type { SplitName } from '@contract/reports'
import type { CountMatrix } from './countMatrix'
import type { GroundTruth } from './groundTruth'

/** Index that stands for a control cell in `Screen.perturbationOfCell`. */
export const controlCell = -1

export interface Genes {
  /** Unique identifiers (Ensembl where given), in matrix order. */
  readonly ids: readonly string[]
  /** Symbols shown to people; equal to the id where none is given. */
  readonly symbols: readonly string[]
}

/** A further column of the cell annotation (batch, replicate, cell type). */
export type Covariate =
  | { readonly kind: 'text'; readonly levels: readonly string[]; readonly codes: Int32Array }
  | { readonly kind: 'number'; readonly values: Float64Array }

/**
 * A screen in memory: the labelled cells of an experiment. Cells without a label are not in it.
 * Control cells carry no perturbation: the models give them a prior mean of zero, so that every shift is against
 * control.
 */
export interface Screen {
  readonly counts: CountMatrix
  readonly genes: Genes
  readonly barcodes: readonly string[]
  /** Names of the perturbations, sorted; combinations are `A+B` in sorted order. Controls are not among them. */
  readonly perturbations: readonly string[]
  /** For each cell an index into `perturbations`, or `controlCell`. */
  readonly perturbationOfCell: Int32Array
  /** Guides of each cell joined by `|`; empty strings where the labels came without guides. */
  readonly guidesOfCell: readonly string[]
  readonly covariates: Readonly<Record<string, Covariate>>
  /** What is known of a simulated screen; a real one has none. */
  readonly truth?: GroundTruth
}

/** A screen that step 3 has prepared: quality applied, genes chosen, every cell in one split. */
export interface PreparedScreen extends Screen {
  readonly splitOfCell: readonly SplitName[]
  /** For each perturbation whether it is held out (all its cells are in the test split). */
  readonly heldOut: readonly boolean[]
}

/** The name under which control cells appear in tables and files. */
export const controlName = 'control'

/** Whether the screen has control cells. Without them, perturbations are compared with all other cells. */
export function hasControls({ perturbationOfCell }: Pick<Screen, 'perturbationOfCell'>): boolean {
  return perturbationOfCell.includes(controlCell)
}

/** The name of the cells that perturbations are compared with. */
export function referenceName(screen: Pick<Screen, 'perturbationOfCell'>): string {
  return hasControls(screen) ? controlName : 'all other cells'
}
