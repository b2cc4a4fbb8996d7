import type { ObservedShifts } from '../observedShiftParts'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

/**
 * `observed_shifts.csv`: one line for every perturbation, held-out ones included, and latent, in the order of the
 * results. `prior_shift` and `edge_probability` are empty where the model has none: for held-out perturbations, and for
 * models that say nothing of shifts or edges. `observed_shift` and `standard_error` are empty where too few cells could
 * be compared.
 */
export function observedShiftsCsv(results: RunResults, observed: ObservedShifts): string {
  const { screen, latents, trained, shift, probability } = results
  const lines = [
    csvLine([
      'perturbation',
      'latent',
      'observed_shift',
      'standard_error',
      'prior_shift',
      'edge_probability',
      'cells',
    ]),
  ]
  const text = (values: Float32Array | null, entry: number): string =>
    values === null || Number.isNaN(values[entry]) ? '' : numberText(values[entry])
  screen.perturbations.forEach((name, perturbation) =>
    latents.forEach((latent, column) => {
      const entry = perturbation * latents.length + column
      const ofModel = (values: Float32Array | null): string =>
        trained[perturbation] ? text(values, entry) : ''
      lines.push(
        csvLine([
          name,
          latent,
          text(observed.shift, entry),
          text(observed.standardError, entry),
          ofModel(shift),
          ofModel(probability),
          String(observed.cells[perturbation]),
        ]),
      )
    }),
  )
  return lines.join('')
}
