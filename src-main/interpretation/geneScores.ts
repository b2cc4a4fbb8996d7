import { rowsOfCells } from '../compute/cellRows'
import { DenseRows } from '../compute/denseRows'
import type { Session } from '../compute/executor'
import { RandomStream } from '../numerics/random'
import { breathe, type LongWork } from '../screen/longWork'
import type { CountMatrix } from '../screen/countMatrix'
import { defaultAttribution, integratedGradients, type AttributionOptions } from './integratedGradients'

/** Scores are averages over at most so many cells. */
const sampledCells = 1000
const cellsAtATime = 250

function sampleOf(cells: Uint32Array, seed: number): Uint32Array {
  if (cells.length <= sampledCells) return cells
  return new RandomStream(seed, 'attribution').shuffle(cells.slice()).subarray(0, sampledCells).sort()
}

/**
 * Score of every gene for every latent, genes × latents: the mean over a seeded sample of cells of the integrated
 * gradients of the latent's encoder mean. Positive: expression of the gene raises the latent.
 * @param cells from which the sample is taken
 */
export async function geneScores(
  session: Session,
  counts: CountMatrix,
  cells: Uint32Array,
  seed: number,
  work: LongWork = {},
  options: AttributionOptions = defaultAttribution,
): Promise<Float32Array> {
  const { genes, latents } = session.model
  const sample = sampleOf(cells, seed)
  const rows = new DenseRows()
  const sums = new Float64Array(genes * latents)
  const chunks = Math.ceil(sample.length / cellsAtATime)
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = sample.subarray(chunk * cellsAtATime, (chunk + 1) * cellsAtATime)
    const dense = rows.fill(rowsOfCells(counts, part)).counts
    for (let latent = 0; latent < latents; latent++) {
      await breathe(work)
      work.onProgress?.((chunk + latent / latents) / chunks, `Scoring genes of latent ${latent + 1}`)
      const attributions = await integratedGradients(session, dense, latent, options)
      for (let entry = 0; entry < attributions.length; entry++) {
        sums[(entry % genes) * latents + latent] += attributions[entry]
      }
    }
  }
  return Float32Array.from(sums, (sum) => sum / sample.length)
}
