import { controlCell, controlName } from '../../screen/screen'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

const linesAtOnce = 2000

/** Latents of cells given their counts and their label. */
export interface LabelledLatents {
  /** Cells × latents. */
  readonly means: Float32Array
  /** Whether the label of the cell was used. */
  readonly refined: readonly boolean[]
}

/**
 * `latents.csv`: one line a cell with the encoder's mean of every latent, a few thousand lines at a time; or
 * `refined_latents.csv`, with a column that says whether the label of the cell was used; or `content_latents.csv`.
 */
export function* latentTable(
  results: Pick<RunResults, 'screen' | 'latents' | 'latentMeans'>,
  labelled?: LabelledLatents,
): Generator<string> {
  const { screen, latents } = results
  const means = labelled?.means ?? results.latentMeans
  const ofLabel = (cell: number): string[] => (labelled ? [labelled.refined[cell] ? '1' : '0'] : [])
  let text = csvLine(['barcode', 'perturbation', 'split', ...(labelled ? ['refined'] : []), ...latents])
  for (let cell = 0; cell < screen.counts.cells; cell++) {
    const perturbation = screen.perturbationOfCell[cell]
    text += csvLine([
      screen.barcodes[cell],
      perturbation === controlCell ? controlName : screen.perturbations[perturbation],
      screen.splitOfCell[cell],
      ...ofLabel(cell),
      ...Array.from(means.subarray(cell * latents.length, (cell + 1) * latents.length), numberText),
    ])
    if (cell % linesAtOnce === linesAtOnce - 1) {
      yield text
      text = ''
    }
  }
  yield text
}
