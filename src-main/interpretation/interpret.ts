import { ShiftscopeError } from '@contract/errors'
import { someCells } from '../compute/cellRows'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import type { Executor, ObservedCells, Session } from '../compute/executor'
import type { RunResults } from '../formats/resultsFile'
import { breathe, type LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import type { Checkpoint } from '../training/checkpoint'
import { phaseAfter } from '../training/phases'
import { learntPerturbations, trainingData } from '../training/trainingData'
import { geneScores } from './geneScores'
import { latentShares } from './latentShares'
import { observedShifts } from './observedShifts'
import { splitLatents } from './splitLatents'

const cellsAtATime = 1000
/** Share of the work that encoding takes; the rest is scoring genes. */
const encodingShare = 0.2

export interface InterpretOptions extends LongWork {
  /** What to compute on; by default the processor. */
  readonly executor?: Executor
}

/** Encoder means of all cells, cells × latents. */
async function encodeCells(session: Session, all: ObservedCells, work: LongWork): Promise<Float32Array> {
  const { latents } = session.model
  const { counts } = all
  const means = new Float32Array(counts.cells * latents)
  for (let start = 0; start < counts.cells; start += cellsAtATime) {
    await breathe(work)
    work.onProgress?.((encodingShare * start) / counts.cells, 'Finding the latents of all cells')
    const length = Math.min(cellsAtATime, counts.cells - start)
    const cells = Uint32Array.from({ length }, (_, index) => start + index)
    means.set(await session.encode(someCells(all, cells)), start * latents)
  }
  return means
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, latent) => `${letter}${latent + 1}`)
}

function requireSameScreen({ size }: Checkpoint, screen: PreparedScreen): void {
  if (size.genes === screen.counts.genes && size.perturbations === screen.perturbations.length) return
  throw new ShiftscopeError({
    code: 'checkpoint/otherScreen',
    message: 'The run was trained on a screen that was prepared differently.',
    hint: 'Train again on the screen as it is now.',
  })
}

/**
 * What a trained model says about its screen: latents of all cells (held-out ones too), target graph, the genes of
 * every latent, content latents likewise, how far the cells of perturbations lie from control, and what else latents follow.
 * @throws ShiftscopeError `checkpoint/otherScreen`, `recipe/unknownColumn`, `recipe/columnOfMeasurements`; as `cellCovariates`; the signal's reason when cancelled
 */
export async function interpret(
  checkpoint: Checkpoint,
  screen: PreparedScreen,
  options: InterpretOptions = {},
): Promise<Omit<RunResults, 'screen'>> {
  requireSameScreen(checkpoint, screen)
  const { stage, configuration, size, progress, state } = checkpoint
  const data = trainingData(screen, configuration)
  const { model } = phaseAfter(configuration, size, progress.epoch, stage)
  const executor = options.executor ?? (await cpuExecutor(configuration.threads))
  const session = executor.open(model, state)
  try {
    const means = splitLatents(await encodeCells(session, data, options), model)
    const scores = await geneScores(session, data, data.trainingCells, configuration.seed, {
      ...options,
      onProgress: (fraction, message) =>
        options.onProgress?.(encodingShare + (1 - encodingShare) * (fraction ?? 0), message),
    })
    const scoresOf = splitLatents(scores, model)
    const latents = numbered('z', model.shiftedLatents)
    const latentMeans = means.shifted
    const contentLatents = model.latents - model.shiftedLatents
    const content =
      contentLatents === 0
        ? null
        : { latents: numbered('c', contentLatents), means: means.content, geneScores: scoresOf.content }
    const mechanisms = model.mechanisms(state.parameters)
    return {
      latents,
      latentMeans,
      trained: learntPerturbations(model, data),
      probability: mechanisms && mechanisms.probability,
      shift: mechanisms && mechanisms.shift,
      observed: observedShifts({ screen, latents, latentMeans }, configuration.compareWithin),
      shares: latentShares({ screen, latents, latentMeans, content }),
      geneScores: scoresOf.shifted,
      content,
    }
  } finally {
    session.close()
  }
}
