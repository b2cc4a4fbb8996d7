/**
 * The output layer with its likelihood, one panel of eight cells at a time: logits, softmax, negative binomial and the
 * way back to the units, while the panel's logits stay in the cache. No thread needs anything of another's cells.
 *
 * With θ' = θ + ε, y = μ/θ', the log-probability of a count x is
 *
 *   -θ log(1+y) + x (log(μ+ε) - log(1+y)) + Σ_{j<x} log((θ+j)/θ') - log x!
 *
 * All terms but the first vanish at x = 0, so the first is summed over all genes and the others over stored counts
 * (`storedCounts.ts`). The last two do not depend on the mean and are left out here (`rises.ts`).
 */
import { rowBytes, stripColumns } from './listedSums'
import { addProductsOfCells, placeSums, sumBytes } from './listedProducts'
import { packRows } from './packing'
import {
  includeInLargest,
  logitGradients,
  panelLikelihood,
  startLargest,
  vectorBytes,
} from './panelLikelihood'
import { stripBytes } from './sparseLayer'
import { stripLogits, stripLogitsScratch } from './stripLogits'

/** Panels that share each sweep over the weights, which may be larger than the cache. */
const panelsAtOnce: i32 = 8

/** Bytes of scratch memory that `outputLayer` needs for each thread. */
export function outputLayerScratch(genes: i32, units: i32): usize {
  const ofPanel = vectorBytes + ((<usize>((genes + 3) & ~3)) << 6) + (sumBytes(units) << 3)
  return stripLogitsScratch + <usize>panelsAtOnce * ofPanel
}

/**
 * Log-likelihood, without rises, of the cells of some panels and, if `weight` is given, the gradients of the loss by
 * logits and units.
 *
 * @param begins, ends [cells] each cell's list, in entries: which unit, as a row of a strip, and its activation
 * @param weights [genes / 48][units rounded up to 4][48 genes]
 * @param dispersions [genes][4]: θ, 1/θ', θ/θ' and a spare float
 * @param rowStarts first stored count of each cell, and the end of the last
 * @param storedGenes gene of each stored count
 * @param rawCounts x of each stored count, in `countBytes` bytes (1, 2 or 4)
 * @param libraries total count of each cell, zero for the cells that fill up the last panel
 * @param meanFloor added to every mean
 * @param logitsCopy [panels][genes rounded up to 4][8], or 0: where to leave the logits
 * @param logLikelihoods of each cell with a copy; else cells four apart have their sum in the first's place
 * @param weight 0, or where the derivative of the loss by each cell's log-likelihood is found
 * @param byDispersion [genes][4]: Σ over these cells of ∂ log-likelihood / ∂θ, likewise, lanes to be summed
 * @param stripGradients gradients by the logits, [genes / 48][cells rounded up to 8][48 genes]
 * @param unitGradients cells × units, rows `stride` bytes apart; zero for units that are zero
 */
export function outputLayer(
  firstPanel: i32,
  endPanel: i32,
  cells: i32,
  genes: i32,
  units: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  weights: usize,
  bias: usize,
  dispersions: usize,
  rowStarts: usize,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  libraries: usize,
  meanFloor: f32,
  logitsCopy: usize,
  logLikelihoods: usize,
  weight: usize,
  byDispersion: usize,
  stripGradients: usize,
  unitGradients: usize,
  stride: usize,
  scratch: usize,
): void {
  const panelBytes = (<usize>((genes + 3) & ~3)) << 5
  const rows = scratch + <usize>panelsAtOnce * vectorBytes
  const sums = rows + stripLogitsScratch
  const logits = sums + <usize>panelsAtOnce * (sumBytes(units) << 3)
  const pulls = logits + <usize>panelsAtOnce * panelBytes
  if (weight) memory.fill(byDispersion, 0, (<usize>genes) << 4)

  for (let first = firstPanel; first < endPanel; first += panelsAtOnce) {
    const panels = min(panelsAtOnce, endPanel - first)
    for (let panel = 0; panel < panels; panel++) startLargest(scratch + <usize>panel * vectorBytes)
    let ofGenes = weights
    for (let gene = 0; gene < genes; gene += stripColumns) {
      const inStrip = min(stripColumns, genes - gene)
      const biases = bias + ((<usize>gene) << 2)
      let out = logits + ((<usize>gene) << 5)
      for (let panel = 0; panel < panels; panel++) {
        stripLogits(inStrip, (first + panel) << 3, cells, begins, ends, entries, ofGenes, biases, out, rows)
        includeInLargest(inStrip, out, scratch + <usize>panel * vectorBytes)
        out += panelBytes
      }
      ofGenes += stripBytes(units)
    }
    for (let panel = 0; panel < panels; panel++) {
      panelLikelihood(
        (first + panel) << 3,
        cells,
        genes,
        dispersions,
        rowStarts,
        storedGenes,
        rawCounts,
        countBytes,
        libraries,
        meanFloor,
        logits + <usize>panel * panelBytes,
        logitsCopy ? logitsCopy + <usize>(first + panel) * panelBytes : 0,
        logLikelihoods,
        weight ? pulls + <usize>panel * panelBytes : 0,
        byDispersion,
        scratch + <usize>panel * vectorBytes,
      )
    }
    if (!weight) continue
    const lossWeight = v128.load32_splat(weight)
    const cell = first << 3
    const end = min(cells, (first + panels) << 3)
    memory.fill(sums, 0, <usize>panels * (sumBytes(units) << 3))
    ofGenes = weights
    for (let gene = 0; gene < genes; gene += stripColumns) {
      const inStrip = min(stripColumns, genes - gene)
      const strip = stripGradients + <usize>((gene / stripColumns) * ((cells + 7) & ~7)) * rowBytes
      for (let panel = 0; panel < panels; panel++) {
        const ofPanel = <usize>panel * panelBytes + ((<usize>gene) << 5)
        const vectors = scratch + <usize>panel * vectorBytes
        logitGradients(inStrip, lossWeight, logits + ofPanel, pulls + ofPanel, vectors)
        storeStrip(inStrip, logits + ofPanel, strip + <usize>((first + panel) << 3) * rowBytes)
      }
      const row = strip + <usize>cell * rowBytes
      addProductsOfCells(cell, end, units, begins, ends, entries, row, rowBytes, inStrip, ofGenes, sums)
      ofGenes += stripBytes(units)
    }
    const row = unitGradients + <usize>cell * stride
    placeSums(cell, end, units, begins, ends, entries, sums, false, row, stride)
  }
}

/** Gradients [genes][8 cells] as eight rows of a strip, zero beyond the last gene. */
function storeStrip(genes: i32, gradients: usize, out: usize): void {
  for (let gene = 0; gene < stripColumns; gene += 4) {
    packRows(gradients + ((<usize>gene) << 5), 32, genes - gene, 8, out + ((<usize>gene) << 2), rowBytes)
  }
}
