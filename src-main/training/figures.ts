import { edgeThreshold } from '@contract/results'
import type { EpochRecord, Rotation, RunMetrics } from '@contract/run'
import type { Mechanisms, Model, NamedTensors } from '../compute/model'
import type { EpochSums } from './checkpoint'
import { bestEpoch } from './earlyStopping'

/** Sums over cells, nats. */
export interface FigureSums {
  readonly cells: number
  readonly logLikelihood: number
  readonly kl: number
}

type EdgeCounts = Pick<RunMetrics, 'edges' | 'possibleEdges' | 'latentsInUse'>

/** Edges of the trained perturbations; those of others were never learned. Nulls for models without edges. */
function countEdges(mechanisms: Mechanisms | null, trained: readonly boolean[]): EdgeCounts {
  const probability = mechanisms?.probability
  if (!probability) return { edges: null, possibleEdges: null, latentsInUse: null }
  const latents = probability.length / trained.length
  const used = new Set<number>()
  let edges = 0
  trained.forEach((isTrained, perturbation) => {
    if (!isTrained) return
    for (let latent = 0; latent < latents; latent++) {
      if (probability[perturbation * latents + latent] <= edgeThreshold) continue
      edges += 1
      used.add(latent)
    }
  })
  const perturbations = trained.filter(Boolean).length
  return {
    edges,
    possibleEdges: perturbations === 0 ? 0 : perturbations * latents,
    latentsInUse: used.size,
  }
}

/** Figures of a finished epoch, per cell; the negative ELBO has the KL term in full, whatever its weight was. */
export function epochRecord(epoch: {
  readonly epoch: number
  readonly phase: number
  readonly seconds: number
  readonly klWeight: number
  readonly training: EpochSums
  readonly validation: FigureSums | null
  readonly mechanisms: Mechanisms | null
  readonly trained: readonly boolean[]
}): EpochRecord {
  const { training, validation } = epoch
  const reconstruction = (sums: FigureSums): number => -sums.logLikelihood / sums.cells
  const kl = (sums: FigureSums): number => sums.kl / sums.cells
  return {
    epoch: epoch.epoch,
    phase: epoch.phase,
    seconds: epoch.seconds,
    klWeight: epoch.klWeight,
    trainNegativeElbo: reconstruction(training) + kl(training),
    trainReconstruction: reconstruction(training),
    trainKl: kl(training),
    validationNegativeElbo: validation && reconstruction(validation) + kl(validation),
    validationReconstruction: validation && reconstruction(validation),
    validationKl: validation && kl(validation),
    sparsity: training.sparsity,
    edges: countEdges(epoch.mechanisms, epoch.trained).edges,
  }
}

/** Figures of a run so far; null before the first epoch. Losses are those of the last epoch, whose values are kept. */
export function runMetrics(
  history: readonly EpochRecord[],
  model: Model,
  parameters: NamedTensors,
  trained: readonly boolean[],
  rotation: Rotation | null,
): Omit<RunMetrics, 'peakMemoryBytes'> | null {
  const [last, best] = [history.at(-1), bestEpoch(history)]
  if (!last || !best) return null
  return {
    epochs: last.epoch,
    bestEpoch: best.epoch,
    trainNegativeElbo: last.trainNegativeElbo,
    validationNegativeElbo: last.validationNegativeElbo,
    trainingSeconds: history.reduce((total, { seconds }) => total + seconds, 0),
    ...countEdges(model.mechanisms(parameters), trained),
    rotation,
  }
}
