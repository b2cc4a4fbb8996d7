import { controlCell, controlName } from '../../screen/screen'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

const linesAtOnce = 2000

/** `latents.csv`: one line a cell with the encoder's mean of every latent, a few thousand lines at a time. */
export function* latentTable(results: RunResults): Generator<string> {
  const { screen, latents, latentMeans } = results
  let text = csvLine(['barcode', 'perturbation', 'split', ...latents])
  for (let cell = 0; cell < screen.counts.cells; cell++) {
    const perturbation = screen.perturbationOfCell[cell]
    text += csvLine([
      screen.barcodes[cell],
      perturbation === controlCell ? controlName : screen.perturbations[perturbation],
      screen.splitOfCell[cell],
      ...Array.from(latentMeans.subarray(cell * latents.length, (cell + 1) * latents.length), numberText),
    ])
    if (cell % linesAtOnce === linesAtOnce - 1) {
      yield text
      text = ''
    }
  }
  yield text
}
