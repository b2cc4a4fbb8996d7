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
import { storeTransposed, packRows } from './packing'
import { addStoredCounts } from './storedCounts'
import { logitTile, unitGradientTile } from './outputTiles'
import { exponential, logOfSum, madd } from './vector'

/** Genes whose sums are added up before they join those of all genes, which keeps float sums exact enough. */
const sumBlock: i32 = 64
/** Genes whose weights stay in the cache while all units' gradients are added up. */
const gradientBlock: i32 = 128
/** Panels that share each sweep over the weights, which may be larger than the cache. */
const panelsAtOnce: i32 = 4
/** Room for six vectors of eight cells. */
const vectorBytes: usize = 192

/** Largest logit of each of the eight cells, bias added to the logits in place: → [8]. */
function addBiasAndFindLargest(genes: i32, logits: usize, bias: usize, largest: usize): void {
  let m0 = f32x4.splat(-f32.MAX_VALUE)
  let m1 = m0
  const end = logits + ((<usize>genes) << 5)
  while (logits < end) {
    const b = v128.load32_splat(bias)
    const l0 = f32x4.add(v128.load(logits, 0), b)
    const l1 = f32x4.add(v128.load(logits, 16), b)
    v128.store(logits, l0, 0)
    v128.store(logits, l1, 16)
    m0 = f32x4.pmax(m0, l0)
    m1 = f32x4.pmax(m1, l1)
    logits += 32
    bias += 4
  }
  v128.store(largest, m0, 0)
  v128.store(largest, m1, 16)
}

/** Logits become e^(logit - largest), in place; their sums over genes → [8]. */
function exponentiate(genes: i32, logits: usize, largest: usize, sums: usize): void {
  const m0 = v128.load(largest, 0)
  const m1 = v128.load(largest, 16)
  let s0 = f32x4.splat(0)
  let s1 = s0
  const end = logits + ((<usize>genes) << 5)
  while (logits < end) {
    let t0 = f32x4.splat(0)
    let t1 = t0
    const blockEnd = min(end, logits + ((<usize>sumBlock) << 5))
    while (logits < blockEnd) {
      const e0 = exponential(f32x4.sub(v128.load(logits, 0), m0))
      const e1 = exponential(f32x4.sub(v128.load(logits, 16), m1))
      v128.store(logits, e0, 0)
      v128.store(logits, e1, 16)
      t0 = f32x4.add(t0, e0)
      t1 = f32x4.add(t1, e1)
      logits += 32
    }
    s0 = f32x4.add(s0, t0)
    s1 = f32x4.add(s1, t1)
  }
  v128.store(sums, s0, 0)
  v128.store(sums, s1, 16)
}

/**
 * The term of all genes. With gradients: `pulls` [genes][8] becomes μ ∂/∂μ, their sums over genes → [8], and the
 * derivative by θ is added to `byDispersion` [genes][4] (lanes still to be summed).
 */
@inline
function allGenes(
  withGradients: bool,
  genes: i32,
  exponentials: usize,
  scale: usize,
  dispersions: usize,
  pulls: usize,
  pullSums: usize,
  byDispersion: usize,
  logLikelihoods: usize,
): void {
  const scale0 = v128.load(scale, 0)
  const scale1 = v128.load(scale, 16)
  let sum0 = f32x4.splat(0)
  let sum1 = sum0
  let pullSum0 = sum0
  let pullSum1 = sum0
  const end = exponentials + ((<usize>genes) << 5)
  while (exponentials < end) {
    let block0 = f32x4.splat(0)
    let block1 = block0
    let blockPull0 = block0
    let blockPull1 = block0
    const blockEnd = min(end, exponentials + ((<usize>sumBlock) << 5))
    while (exponentials < blockEnd) {
      const inverseTheta = v128.load32_splat(dispersions, 4)
      const mean0 = f32x4.mul(v128.load(exponentials, 0), scale0)
      const mean1 = f32x4.mul(v128.load(exponentials, 16), scale1)
      const y0 = f32x4.mul(mean0, inverseTheta)
      const y1 = f32x4.mul(mean1, inverseTheta)
      const one = f32x4.splat(1)
      const u0 = f32x4.add(y0, one)
      const u1 = f32x4.add(y1, one)
      const r0 = f32x4.div(one, u0)
      const r1 = f32x4.div(one, u1)
      const log0 = logOfSum(y0, u0, r0)
      const log1 = logOfSum(y1, u1, r1)
      const theta = v128.load32_splat(dispersions, 0)
      block0 = madd(theta, log0, block0)
      block1 = madd(theta, log1, block1)
      if (withGradients) {
        const share = v128.load32_splat(dispersions, 8)
        const shared0 = f32x4.mul(share, r0)
        const shared1 = f32x4.mul(share, r1)
        const pull0 = f32x4.mul(mean0, shared0)
        const pull1 = f32x4.mul(mean1, shared1)
        v128.store(pulls, f32x4.neg(pull0), 0)
        v128.store(pulls, f32x4.neg(pull1), 16)
        blockPull0 = f32x4.add(blockPull0, pull0)
        blockPull1 = f32x4.add(blockPull1, pull1)
        const d0 = f32x4.sub(f32x4.mul(y0, shared0), log0)
        const d1 = f32x4.sub(f32x4.mul(y1, shared1), log1)
        v128.store(byDispersion, f32x4.add(v128.load(byDispersion), f32x4.add(d0, d1)))
        pulls += 32
        byDispersion += 16
      }
      exponentials += 32
      dispersions += 16
    }
    sum0 = f32x4.add(sum0, block0)
    sum1 = f32x4.add(sum1, block1)
    pullSum0 = f32x4.add(pullSum0, blockPull0)
    pullSum1 = f32x4.add(pullSum1, blockPull1)
  }
  v128.store(logLikelihoods, f32x4.neg(sum0), 0)
  v128.store(logLikelihoods, f32x4.neg(sum1), 16)
  v128.store(pullSums, f32x4.neg(pullSum0), 0)
  v128.store(pullSums, f32x4.neg(pullSum1), 16)
}

/** Exponentials become the gradient by the logits: weight · (pull - frequency · sum of pulls), for genes of a block. */
function logitGradients(
  genes: i32,
  weight: v128,
  exponentials: usize,
  inverseSums: usize,
  pulls: usize,
  pullSums: usize,
): void {
  const f0 = f32x4.mul(v128.load(inverseSums, 0), v128.load(pullSums, 0))
  const f1 = f32x4.mul(v128.load(inverseSums, 16), v128.load(pullSums, 16))
  const end = exponentials + ((<usize>genes) << 5)
  while (exponentials < end) {
    const d0 = f32x4.sub(v128.load(pulls, 0), f32x4.mul(v128.load(exponentials, 0), f0))
    const d1 = f32x4.sub(v128.load(pulls, 16), f32x4.mul(v128.load(exponentials, 16), f1))
    v128.store(exponentials, f32x4.mul(weight, d0), 0)
    v128.store(exponentials, f32x4.mul(weight, d1), 16)
    exponentials += 32
    pulls += 32
  }
}

/** Bytes of scratch memory that `outputLayer` needs for each thread. */
export function outputLayerScratch(genes: i32, units: i32): usize {
  return <usize>panelsAtOnce * (vectorBytes + (((<usize>units + 7) & ~7) << 6) + (((<usize>genes + 3) & ~3) << 5))
}

/**
 * Log-likelihood of the cells of some panels and, if `weight` is given, the gradients of the loss by logits and units.
 *
 * @param activations cells × units, rows `stride` bytes apart
 * @param weights [genes / 4][units / 4][4][4]
 * @param dispersions [genes][4]: θ, 1/θ', θ/θ', log(θ/θ')
 * @param rowStarts first stored count of each cell, and the end of the last
 * @param storedGenes gene of each stored count
 * @param counts x of each stored count
 * @param rises Σ_{j<x} log((θ+j)/θ') of each stored count
 * @param digammaRises Σ_{j<x} 1/(θ+j) of each stored count
 * @param libraries total count of each cell, zero for the cells that fill up the last panel
 * @param logFactorials Σ log x! of each cell
 * @param logits [panels][genes rounded up to 4][8]: left as gradients by the logits
 * @param logitsCopy 0, or where to leave the logits themselves
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
  counts: usize,
  rises: usize,
  digammaRises: usize,
  libraries: usize,
  logFactorials: usize,
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
    for (let quad = 0; quad < geneQuads; quad++) {
      const ofGenes = weights + <usize>quad * quadBytes
      let out = firstLogits + ((<usize>quad) << 7)
      for (let panel = 0; panel < panels; panel++) {
        logitTile(unitQuads, ofGenes, packed + <usize>panel * unitBytes, out)
        out += panelBytes
      }
    }
    for (let panel = 0; panel < panels; panel++) {
      panelLikelihood(
        (first + panel) << 3,
        cells,
        genes,
        bias,
        dispersions,
        rowStarts,
        storedGenes,
        counts,
        rises,
        digammaRises,
        libraries,
        logFactorials,
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
        logitGradients(inBlock, lossWeight, firstLogits + ofPanel, vectors + 32, pulls + ofPanel, vectors + 96)
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

/**
 * Likelihood of the cells of one panel from its logits, which become e^(logit - largest).
 * @param pulls [genes][8], or 0 without gradients
 * @param vectors six times eight floats: largest logits, inverse sums, scales, sums of pulls, log-likelihoods, spare
 */
function panelLikelihood(
  cell: i32,
  cells: i32,
  genes: i32,
  bias: usize,
  dispersions: usize,
  rowStarts: usize,
  storedGenes: usize,
  counts: usize,
  rises: usize,
  digammaRises: usize,
  libraries: usize,
  logFactorials: usize,
  logits: usize,
  logitsCopy: usize,
  logLikelihoods: usize,
  pulls: usize,
  byDispersion: usize,
  vectors: usize,
): void {
  const inverseSums = vectors + 32
  const scales = vectors + 64
  const pullSums = vectors + 96
  const ofAllGenes = vectors + 128
  const sums = vectors + 160
  addBiasAndFindLargest(genes, logits, bias, vectors)
  if (logitsCopy) memory.copy(logitsCopy, logits, (<usize>genes) << 5)
  exponentiate(genes, logits, vectors, inverseSums)
  for (let half: usize = 0; half < 32; half += 16) {
    const inverse = f32x4.div(f32x4.splat(1), v128.load(inverseSums + half))
    v128.store(inverseSums + half, inverse)
    v128.store(scales + half, f32x4.mul(inverse, v128.load(libraries + ((<usize>cell) << 2) + half)))
  }
  if (pulls) allGenes(true, genes, logits, scales, dispersions, pulls, pullSums, byDispersion, ofAllGenes)
  else allGenes(false, genes, logits, scales, dispersions, pulls, pullSums, byDispersion, ofAllGenes)
  const present = min(8, cells - cell)
  for (let lane = 0; lane < present; lane++) {
    const at = (<usize>lane) << 2
    const ofCell = (<usize>(cell + lane)) << 2
    addStoredCounts(
      i32.load(rowStarts + ofCell),
      i32.load(rowStarts + ofCell, 4),
      storedGenes,
      counts,
      rises,
      digammaRises,
      logits + at,
      f32.load(scales + at),
      dispersions,
      pulls ? pulls + at : 0,
      byDispersion,
      sums,
    )
    const stored = f32.load(sums) - f32.load(logFactorials + ofCell)
    f32.store(logLikelihoods + ofCell, f32.load(ofAllGenes + at) + stored)
    f32.store(pullSums + at, f32.load(pullSums + at) + f32.load(sums, 4))
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
