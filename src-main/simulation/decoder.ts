import type { SandboxRecipe } from '@contract/simulation'
import { zeroMatrix, type Matrix } from '../numerics/matrix'
import { RandomStream } from '../numerics/random'
import { breathe, type LongWork } from '../screen/longWork'
import { streams } from './streams'

const hiddenUnits = 40
const hiddenLayers = 3
const negativeSlope = 0.2
const cellsBetweenBreaths = 4096

/** Expected counts where the recipe names no library: a gene's over all cells (code), a cell's (paper). */
export const publishedLibrary = { code: 1e6, paper: 1e5 } as const

/**
 * Weights of the random network of the sandbox, in × out each: rows are orthonormal (columns where a layer narrows),
 * times √(2 / (1 + 0.2²)) · √(2 / (in + out)), so that f is injective while layers widen.
 */
export function drawWeights(latents: number, genes: number, seed: number): Matrix[] {
  const widths = [latents, ...new Array<number>(hiddenLayers).fill(hiddenUnits), genes]
  return widths.slice(1).map((outputs, layer) => {
    const inputs = widths[layer]
    const weights = zeroMatrix(inputs, outputs)
    const directions = orthonormalRows(
      Math.min(inputs, outputs),
      Math.max(inputs, outputs),
      new RandomStream(seed, 'simulation', streams.weights, layer),
    )
    const gain = Math.sqrt(2 / (1 + negativeSlope ** 2)) * Math.sqrt(2 / (inputs + outputs))
    directions.forEach((direction, short) =>
      direction.forEach((value, long) => {
        const at = inputs <= outputs ? short * outputs + long : long * outputs + short
        weights.values[at] = gain * value
      }),
    )
    return weights
  })
}

/** Random orthonormal vectors: Gaussian ones made orthogonal by Gram-Schmidt, twice. */
function orthonormalRows(count: number, length: number, random: RandomStream): Float64Array[] {
  const rows: Float64Array[] = []
  while (rows.length < count) {
    const row = Float64Array.from(random.fillNormal(new Float32Array(length)))
    for (const earlier of [...rows, ...rows]) {
      let product = 0
      for (let i = 0; i < length; i++) product += row[i] * earlier[i]
      for (let i = 0; i < length; i++) row[i] -= product * earlier[i]
    }
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    rows.push(row.map((value) => value / norm))
  }
  return rows
}

/** The network f without its last normalisation: z times weights, leaky ReLU after every layer but the last. */
class Network {
  private readonly layers: Float64Array[]

  constructor(private readonly weights: readonly Matrix[]) {
    this.layers = weights.map(({ columns }) => new Float64Array(columns))
  }

  /** Logits of one cell, overwritten by the next call. */
  logits(z: Matrix, cell: number): Float64Array {
    let input = z.values.subarray(cell * z.columns, (cell + 1) * z.columns)
    this.weights.forEach(({ rows, columns, values }, layer) => {
      const output = this.layers[layer].fill(0)
      for (let i = 0; i < rows; i++) {
        const value = input[i]
        for (let j = 0; j < columns; j++) output[j] += value * values[i * columns + j]
      }
      if (layer < this.weights.length - 1) {
        for (let j = 0; j < columns; j++) if (output[j] < 0) output[j] *= negativeSlope
      }
      input = output
    })
    return this.layers[this.layers.length - 1]
  }
}

/** Writes the expected counts of all genes in one cell into `rates`. */
export type RatesOfCell = (cell: number, rates: Float64Array) => void

/**
 * Expected counts of the sandbox (Lopez et al. 2023, equation 17). Logits are divided by their standard deviation over
 * all cells and genes; exp of them is normalised over cells for each gene in the form of the code, over genes for each
 * cell in that of the paper, and multiplied by the library. Logits are computed again for every pass, so that memory
 * does not grow with cells × genes.
 * @param weights the network, from `drawWeights`
 * @param z true latents, cells × latents
 * @param library counts of a gene over all cells (code) or of a cell (paper)
 */
export async function expectedCounts(
  weights: readonly Matrix[],
  z: Matrix,
  form: SandboxRecipe['form'],
  library: number,
  work: LongWork = {},
): Promise<RatesOfCell> {
  const network = new Network(weights)
  const genes = weights[weights.length - 1].columns
  const eachCell = async (from: number, to: number, visit: (logits: Float64Array) => void) => {
    for (let cell = 0; cell < z.rows; cell++) {
      if (cell % cellsBetweenBreaths === 0) {
        work.onProgress?.(from + ((to - from) * cell) / z.rows, 'Scaling the expected counts')
        await breathe(work)
      }
      visit(network.logits(z, cell))
    }
  }
  let sum = 0
  let squares = 0
  await eachCell(0, 0.5, (logits) => {
    for (const value of logits) {
      sum += value
      squares += value * value
    }
  })
  const entries = z.rows * genes
  const deviation = Math.sqrt(squares / entries - (sum / entries) ** 2)

  const perGene = new Float64Array(genes)
  if (form === 'code') {
    await eachCell(0.5, 1, (logits) => {
      for (let gene = 0; gene < genes; gene++) perGene[gene] += Math.exp(logits[gene] / deviation)
    })
  }
  return (cell, rates) => {
    const logits = network.logits(z, cell)
    let total = 0
    for (let gene = 0; gene < genes; gene++) {
      rates[gene] = Math.exp(logits[gene] / deviation)
      total += rates[gene]
    }
    for (let gene = 0; gene < genes; gene++) {
      rates[gene] *= library / (form === 'code' ? perGene[gene] : total)
    }
  }
}
