import { someCells } from '../compute/cellRows'
import type { ObservedCells, Session } from '../compute/executor'
import { RandomStream } from '../numerics/random'
import { breathe, type LongWork } from '../screen/longWork'
import { defaultAttribution, integratedGradients, type AttributionOptions } from './integratedGradients'

/** Scores are averages over at most so many cells. */
const sampledCells = 1000
/** Points on the paths of cells that are computed between two looks at the clock: some hundred milliseconds. */
const pointsAtATime = 1000

function sampleOf(cells: Uint32Array, seed: number): Uint32Array {
  if (cells.length <= sampledCells) return cells
  return new RandomStream(seed, 'attribution').shuffle(cells.slice()).subarray(0, sampledCells).sort()
}

/**
 * Score of every gene for every latent, genes × latents: the mean over a seeded sample of cells of the integrated
 * gradients of the latent's encoder mean. Positive: expression of the gene raises the latent.
 *
 * Rankings by it do not favour rare genes, so it takes no further factor √(mean count) as a plain log change would: the
 * gradient is multiplied with the length of the path, the gene's own log(1 + count), which is zero in cells without it.
 * Measured on the example screen (299 genes, median mean count 0.14, 10 latents): Spearman correlation of the absolute
 * score with the mean count 0.81 to 0.85, of the score over the mean log(1 + count), which stands in for the gradient alone,
 * about 0; median mean count of the 50 strongest genes 1.67 by the score, 0.11 by the stand-in. One trained run.
 * @param all cells of the screen
 * @param cells from which the sample is taken
 */
export async function geneScores(
  session: Session,
  all: ObservedCells,
  cells: Uint32Array,
  seed: number,
  work: LongWork = {},
  options: AttributionOptions = defaultAttribution,
): Promise<Float32Array> {
  const { genes, latents } = session.model
  const sample = sampleOf(cells, seed)
  const sums = new Float64Array(genes * latents)
  const cellsAtATime = Math.max(1, Math.floor(pointsAtATime / options.steps))
  for (let first = 0; first < sample.length; first += cellsAtATime) {
    await breathe(work)
    work.onProgress?.(first / sample.length, 'Scoring the genes of every latent')
    const part = someCells(all, sample.subarray(first, first + cellsAtATime))
    const ofPart = await integratedGradients(session, part, options)
    for (let entry = 0; entry < sums.length; entry++) sums[entry] += ofPart[entry]
  }
  return Float32Array.from(sums, (sum) => sum / sample.length)
}
