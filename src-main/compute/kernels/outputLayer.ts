/**
 * The output layer with its likelihood, one panel of eight cells at a time: logits, softmax, negative binomial and the
 * way back to the units, while the panel's logits stay in the cache. No thread needs anything of another's cells.
 *
 * With θ' = θ + ε, y = μ/θ', the log-probability of a count x is
 *
 *   -θ log(1+y) + x (log(μ+ε) - log(1+y)) + Σ_{j<x} log((θ+j)/θ') - log x!
 *
 * All terms but the first vanish at x = 0, so the first is summed over all genes and the others over stored counts
 * (`storedCounts.ts`).
 */
import { packRows } from './packing'
import { logitTile, unitGradientTile } from './outputTiles'
import {
  includeInLargest,
  logitGradients,
  panelLikelihood,
  startLargest,
  vectorBytes,
} from './panelLikelihood'
import { forgetRises } from './rises'

/** Genes whose weights stay in the cache while all units' gradients are added up. */
const gradientBlock: i32 = 128
/** Panels that share each sweep over the weights, which may be larger than the cache. */
const panelsAtOnce: i32 = 8

/** Bytes of scratch memory that `outputLayer` needs for each thread. */
export function outputLayerScratch(genes: i32, units: i32): usize {
  return (
    <usize>panelsAtOnce * (vectorBytes + (((<usize>units + 7) & ~7) << 6) + (((<usize>genes + 3) & ~3) << 5))
  )
}

/**
 * Log-likelihood of the cells of some panels and, if `weight` is given, the gradients of the loss by logits and units.
 *
 * @param activations cells × units, rows `stride` bytes apart
 * @param weights [genes / 4][units][4 genes]
 * @param dispersions [genes][4]: θ, 1/θ', θ/θ', log(θ/θ')
 * @param rowStarts first stored count of each cell, and the end of the last
 * @param storedGenes gene of each stored count
 * @param rawCounts x of each stored count, in `countBytes` bytes (1, 2 or 4)
 * @param tables memory of this thread, as `riseTables` says
 * @param libraries total count of each cell, zero for the cells that fill up the last panel
 * @param meanFloor added to every mean
 * @param logits [panels][genes rounded up to 4][8]: left as gradients by the logits
 * @param logitsCopy 0, or where to leave the logits themselves
 * @param logLikelihoods of each cell; with gradients and no copy, cells four apart have their sum in the first's place
 * @param weight 0, or where the derivative of the loss by each cell's log-likelihood is found
 * @param byDispersion [genes][4]: Σ over these cells of ∂ log-likelihood / ∂θ, lanes to be summed
 * @param unitGradients cells × units, rows `stride` bytes apart
 */
export function outputLayer(
  firstPanel: i32,
  endPanel: i32,
  cells: i32,
  genes: i32,
  units: i32,
  activations: usize,
  stride: usize,
  weights: usize,
  bias: usize,
  dispersions: usize,
  rowStarts: usize,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  tables: usize,
  libraries: usize,
  meanFloor: f32,
  logits: usize,
  logitsCopy: usize,
  logLikelihoods: usize,
  weight: usize,
  byDispersion: usize,
  unitGradients: usize,
  scratch: usize,
): void {
  const unitQuads = (units + 3) >> 2
  const geneQuads = (genes + 3) >> 2
  const quadBytes = (<usize>unitQuads) << 6
  const panelBytes = (<usize>geneQuads) << 7
  const unitBytes = ((<usize>units + 7) & ~7) << 5
  const packed = scratch + <usize>panelsAtOnce * vectorBytes
  const unitPanels = packed + <usize>panelsAtOnce * unitBytes
  const pulls = unitPanels + <usize>panelsAtOnce * unitBytes
  forgetRises(genes, tables)
  if (weight) memory.fill(byDispersion, 0, (<usize>genes) << 4)

  for (let first = firstPanel; first < endPanel; first += panelsAtOnce) {
    const panels = min(panelsAtOnce, endPanel - first)
    const firstLogits = logits + <usize>first * panelBytes
    for (let panel = 0; panel < panels; panel++) {
      const cell = (first + panel) << 3
      const rows = activations + <usize>cell * stride
      const out = packed + <usize>panel * unitBytes
      packRows(rows, stride, cells - cell, units, out, 32)
      packRows(rows + 4 * stride, stride, cells - cell - 4, units, out + 16, 32)
    }
    for (let panel = 0; panel < panels; panel++) startLargest(scratch + <usize>panel * vectorBytes)
    for (let quad = 0; quad < geneQuads; quad++) {
      const ofGenes = weights + <usize>quad * quadBytes
      const biases = bias + ((<usize>quad) << 4)
      const present = min(4, genes - (quad << 2))
      let out = firstLogits + ((<usize>quad) << 7)
      for (let panel = 0; panel < panels; panel++) {
        logitTile(unitQuads << 2, ofGenes, packed + <usize>panel * unitBytes, biases, out)
        includeInLargest(present, out, scratch + <usize>panel * vectorBytes)
        out += panelBytes
      }
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
        tables,
        libraries,
        meanFloor,
        firstLogits + <usize>panel * panelBytes,
        logitsCopy ? logitsCopy + <usize>(first + panel) * panelBytes : 0,
        logLikelihoods,
        weight ? pulls + <usize>panel * panelBytes : 0,
        byDispersion,
        scratch + <usize>panel * vectorBytes,
      )
    }
    if (!weight) continue
    memory.fill(unitPanels, 0, <usize>panels * unitBytes)
    const lossWeight = v128.load32_splat(weight)
    for (let gene = 0; gene < genes; gene += gradientBlock) {
      const inBlock = min(gradientBlock, genes - gene)
      const at = (<usize>gene) << 5
      for (let panel = 0; panel < panels; panel++) {
        const ofPanel = <usize>panel * panelBytes + at
        const vectors = scratch + <usize>panel * vectorBytes
        logitGradients(inBlock, lossWeight, firstLogits + ofPanel, pulls + ofPanel, vectors)
      }
      const blockWeights = weights + ((<usize>gene) >> 2) * quadBytes
      for (let quad = 0; quad < unitQuads; quad++) {
        for (let panel = 0; panel < panels; panel++) {
          unitGradientTile(
            (inBlock + 3) >> 2,
            blockWeights + ((<usize>quad) << 6),
            quadBytes,
            firstLogits + <usize>panel * panelBytes + at,
            unitPanels + <usize>panel * unitBytes + ((<usize>quad) << 7),
          )
        }
      }
    }
    for (let panel = 0; panel < panels; panel++) {
      const cell = (first + panel) << 3
      const out = unitGradients + <usize>cell * stride
      storeUnitGradients(unitQuads, min(8, cells - cell), unitPanels + <usize>panel * unitBytes, out, stride)
    }
  }
}

/** [units / 4][4][8 cells] → cells × units. */
function storeUnitGradients(unitQuads: i32, present: i32, source: usize, out: usize, stride: usize): void {
  for (let quad = 0; quad < unitQuads; quad++) {
    for (let lane = 0; lane < present; lane++) {
      const at = source + ((<usize>lane) << 2)
      const target = out + <usize>lane * stride
      f32.store(target, f32.load(at), 0)
      f32.store(target, f32.load(at, 32), 4)
      f32.store(target, f32.load(at, 64), 8)
      f32.store(target, f32.load(at, 96), 12)
    }
    source += 128
    out += 16
  }
}
