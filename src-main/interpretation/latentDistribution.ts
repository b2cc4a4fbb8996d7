import { ShiftscopeError } from '@contract/errors'
import type { LatentDistribution } from '@contract/results'
import type { RunResults } from '../formats/resultsFile'
import { controlCell, hasControls, referenceName } from '../screen/screen'
import { indexOfLatent } from './latentNames'

const bins = 40

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** Share of the values in each of the equal bins between the first and the last edge. */
function shares(values: readonly number[], edges: readonly number[]): number[] {
  const counted = new Array<number>(bins).fill(0)
  const [first, width] = [edges[0], edges[1] - edges[0]]
  for (const value of values) {
    counted[Math.min(bins - 1, Math.floor((value - first) / width))] += 1 / values.length
  }
  return counted
}

/**
 * Distribution of a latent's encoder mean in the cells of one perturbation, beside the control cells, or beside all
 * other cells in a screen without controls.
 * @throws ShiftscopeError `results/unknownLatent`, `results/unknownPerturbation`
 */
export function latentDistribution(
  results: Pick<RunResults, 'screen' | 'latents' | 'latentMeans'>,
  latentName: string,
  perturbationName: string,
): LatentDistribution {
  const { screen, latents, latentMeans } = results
  const latent = indexOfLatent(latents, latentName)
  const perturbation = screen.perturbations.indexOf(perturbationName)
  if (perturbation < 0) {
    throw new ShiftscopeError({
      code: 'results/unknownPerturbation',
      message: `The screen has no perturbation "${perturbationName}".`,
      where: 'perturbation',
      hint: 'Choose one of the perturbations in the target graph.',
    })
  }
  const withControls = hasControls(screen)
  const [own, reference]: [number[], number[]] = [[], []]
  screen.perturbationOfCell.forEach((label, cell) => {
    const value = latentMeans[cell * latents.length + latent]
    if (label === perturbation) own.push(value)
    else if (!withControls || label === controlCell) reference.push(value)
  })
  const all = own.concat(reference)
  const lowest = all.reduce((least, value) => Math.min(least, value))
  const highest = all.reduce((most, value) => Math.max(most, value))
  const width = (highest - lowest || 1) / bins
  const edges = Array.from({ length: bins + 1 }, (_, index) => lowest + index * width)
  return {
    edges,
    perturbation: shares(own, edges),
    reference: shares(reference, edges),
    referenceName: referenceName(screen),
    perturbationMean: meanOf(own),
    referenceMean: meanOf(reference),
  }
}
