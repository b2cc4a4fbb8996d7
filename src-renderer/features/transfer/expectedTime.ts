import { particlesOfAStep } from '@contract/evaluation'
import type { Run } from '@contract/run'

/** Models without shifts are not fitted to held-out perturbations. */
const withoutShifts: ReadonlySet<Run['configuration']['model']> = new Set(['vae', 'beta-vae'])

/**
 * Seconds that an evaluation takes at most, about: training with the fixed mask may stop early. From the run's own
 * epochs, so only for one that was trained on the processor, as evaluations are; else null.
 */
export function expectedSeconds(run: Run, particles: number): number | null {
  const { metrics, configuration, cells, device } = run
  if (device?.name !== 'cpu' || !metrics || metrics.epochs === 0 || cells.train === 0) return null
  const secondsPerEpoch = metrics.trainingSeconds / metrics.epochs
  const heldOutEpoch = (secondsPerEpoch * cells.test) / cells.train
  const likelihood = (heldOutEpoch * particles) / particlesOfAStep
  const retraining = configuration.epochs * secondsPerEpoch
  return withoutShifts.has(configuration.model)
    ? retraining + likelihood
    : retraining + configuration.epochs * heldOutEpoch + 2 * likelihood
}
