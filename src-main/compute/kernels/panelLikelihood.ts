/** Softmax, negative binomial and their gradients for a panel of eight cells, from its logits [genes][8 cells]. */
import { firstFrom } from './lists'
import { addStoredCounts } from './storedCounts'
import { clearBeyond, exponential, logOfSum, madd, ones } from './vector'

/** Genes whose sums are added up before they join those of all genes, which keeps float sums exact enough. */
const sumBlock: i32 = 64
/** Genes that are finished for all cells of a panel before the next, so that they stay in the nearest cache. */
const genesAtOnce: i32 = 256

/**
 * Vectors of eight cells that belong to a panel, by their place in bytes: largest logits, inverse sums of e^(logit -
 * largest), these times total counts, sums of pulls, log-likelihoods without stored counts and of them, next stored
 * counts (integers), and what is added to the means, zero for cells that only fill up the panel.
 */
export const inverseSumsAt: usize = 32
export const scalesAt: usize = 64
const pullSumsAt: usize = 96
const logLikelihoodsAt: usize = 128
const ofStoredAt: usize = 160
const nextAt: usize = 192
const floorsAt: usize = 224

/** Room for the vectors of a panel. */
export const vectorBytes: usize = 256

/** Before the first logits. */
@inline
export function startLargest(vectors: usize): void {
  v128.store(vectors, f32x4.splat(-f32.MAX_VALUE), 0)
  v128.store(vectors, f32x4.splat(-f32.MAX_VALUE), 16)
}

/** Keeps the largest logit of each cell, of up to four genes more. */
@inline
export function includeInLargest(genes: i32, logits: usize, vectors: usize): void {
  let m0 = v128.load(vectors, 0)
  let m1 = v128.load(vectors, 16)
  const end = logits + ((<usize>genes) << 5)
  while (logits < end) {
    m0 = f32x4.pmax(m0, v128.load(logits, 0))
    m1 = f32x4.pmax(m1, v128.load(logits, 16))
    logits += 32
  }
  v128.store(vectors, m0, 0)
  v128.store(vectors, m1, 16)
}

/** Logits become e^(logit - largest), in place; inverses of their sums over genes are left with the panel. */
export function exponentiate(genes: i32, logits: usize, vectors: usize): void {
  const m0 = v128.load(vectors, 0)
  const m1 = v128.load(vectors, 16)
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
  const one = f32x4.splat(1)
  v128.store(vectors + inverseSumsAt, f32x4.div(one, s0), 0)
  v128.store(vectors + inverseSumsAt, f32x4.div(one, s1), 16)
}

/** Adds -Σ over genes of θ log(1+y), for each cell. */
@inline
function allGenes(withFloor: bool, genes: i32, exponentials: usize, dispersions: usize, vectors: usize): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const scale = v128.load(vectors + scalesAt + half)
    const floor = v128.load(vectors + floorsAt + half)
    let sum = f32x4.splat(0)
    let constants = dispersions
    let at = exponentials + half
    const end = at + ((<usize>genes) << 5)
    while (at < end) {
      let block = f32x4.splat(0)
      const blockEnd = min(end, at + ((<usize>sumBlock) << 5))
      while (at < blockEnd) {
        const moved = f32x4.mul(v128.load(at), scale)
        const mean = withFloor ? f32x4.add(moved, floor) : moved
        const y = f32x4.mul(mean, v128.load32_splat(constants, 4))
        const log = logOfSum(y, f32x4.add(y, ones()))
        block = madd(v128.load32_splat(constants, 0), log, block)
        at += 32
        constants += 16
      }
      sum = f32x4.add(sum, block)
    }
    const logLikelihoods = vectors + logLikelihoodsAt + half
    v128.store(logLikelihoods, f32x4.sub(v128.load(logLikelihoods), sum))
  }
}

/**
 * The same for two cells at a time, which share a logarithm and a division, with or without gradients:
 * log(1+a) + log(1+b) = log(1 + (a + b + ab)). Their common sum is left in the place of the first of them.
 * @param pulls [genes][8] becomes μ ∂/∂μ; their sums over genes are left with the panel
 * @param byDispersion [genes][4]: the derivative by θ is added (lanes still to be summed)
 */
@inline
function pairsOfCells(
  withFloor: bool,
  withGradients: bool,
  genes: i32,
  exponentials: usize,
  dispersions: usize,
  pulls: usize,
  byDispersion: usize,
  vectors: usize,
): void {
  const scale0 = v128.load(vectors + scalesAt, 0)
  const scale1 = v128.load(vectors + scalesAt, 16)
  const floor0 = v128.load(vectors + floorsAt, 0)
  const floor1 = v128.load(vectors + floorsAt, 16)
  let sum = f32x4.splat(0)
  let pullSum0 = sum
  let pullSum1 = sum
  const end = exponentials + ((<usize>genes) << 5)
  while (exponentials < end) {
    let block = f32x4.splat(0)
    let blockPull0 = block
    let blockPull1 = block
    const blockEnd = min(end, exponentials + ((<usize>sumBlock) << 5))
    while (exponentials < blockEnd) {
      const inverseTheta = v128.load32_splat(dispersions, 4)
      const moved0 = f32x4.mul(v128.load(exponentials, 0), scale0)
      const moved1 = f32x4.mul(v128.load(exponentials, 16), scale1)
      const y0 = f32x4.mul(withFloor ? f32x4.add(moved0, floor0) : moved0, inverseTheta)
      const y1 = f32x4.mul(withFloor ? f32x4.add(moved1, floor1) : moved1, inverseTheta)
      const y = madd(y0, y1, f32x4.add(y0, y1))
      const u = f32x4.add(y, ones())
      const log = logOfSum(y, u)
      const minusTheta = f32x4.sub(f32x4.splat(0), v128.load32_splat(dispersions, 0))
      if (withGradients) {
        const before = f32x4.sub(v128.load(byDispersion), log)
        v128.store(byDispersion, before)
        const inverse = f32x4.div(ones(), u)
        // y / (1+y) of each
        const q0 = f32x4.mul(f32x4.mul(y0, inverse), f32x4.add(y1, ones()))
        const q1 = f32x4.mul(f32x4.mul(y1, inverse), f32x4.add(y0, ones()))
        const pull0 = f32x4.mul(minusTheta, q0)
        const pull1 = f32x4.mul(minusTheta, q1)
        v128.store(pulls, pull0, 0)
        v128.store(pulls, pull1, 16)
        blockPull0 = f32x4.add(blockPull0, pull0)
        blockPull1 = f32x4.add(blockPull1, pull1)
        v128.store(byDispersion, madd(v128.load32_splat(dispersions, 8), f32x4.add(q0, q1), before))
        pulls += 32
        byDispersion += 16
      }
      block = madd(minusTheta, log, block)
      exponentials += 32
      dispersions += 16
    }
    sum = f32x4.add(sum, block)
    pullSum0 = f32x4.add(pullSum0, blockPull0)
    pullSum1 = f32x4.add(pullSum1, blockPull1)
  }
  v128.store(vectors, f32x4.add(v128.load(vectors, logLikelihoodsAt), sum), logLikelihoodsAt)
  if (!withGradients) return
  v128.store(vectors, f32x4.add(v128.load(vectors, pullSumsAt), pullSum0), pullSumsAt)
  v128.store(vectors, f32x4.add(v128.load(vectors, pullSumsAt + 16), pullSum1), pullSumsAt + 16)
}

/** Pulls μ ∂/∂μ become (μ - floor) ∂/∂μ, as the floor does not move with the logits; their sums are made anew. */
function leaveOutFloor(genes: i32, exponentials: usize, pulls: usize, vectors: usize): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const scale = v128.load(vectors + scalesAt + half)
    const floor = v128.load(vectors + floorsAt + half)
    let sum = f32x4.splat(0)
    for (let gene = 0; gene < genes; gene++) {
      const at = ((<usize>gene) << 5) + half
      const moved = f32x4.mul(v128.load(exponentials + at), scale)
      const mean = f32x4.add(moved, floor)
      // Cells that only fill up the panel have neither mean nor pull.
      const share = f32x4.div(moved, f32x4.pmax(mean, f32x4.splat(f32.MIN_NORMAL_VALUE)))
      const pull = f32x4.mul(v128.load(pulls + at), share)
      v128.store(pulls + at, pull)
      sum = f32x4.add(sum, pull)
    }
    v128.store(vectors + pullSumsAt + half, sum)
  }
}

/** Exponentials become the gradient by the logits: weight · (pull - frequency · sum of pulls), for genes of a block. */
export function logitGradients(
  genes: i32,
  weight: v128,
  exponentials: usize,
  pulls: usize,
  vectors: usize,
): void {
  const minusWeight = f32x4.neg(weight)
  const sum0 = f32x4.mul(minusWeight, v128.load(vectors + pullSumsAt, 0))
  const sum1 = f32x4.mul(minusWeight, v128.load(vectors + pullSumsAt, 16))
  const f0 = f32x4.mul(sum0, v128.load(vectors + inverseSumsAt, 0))
  const f1 = f32x4.mul(sum1, v128.load(vectors + inverseSumsAt, 16))
  const end = exponentials + ((<usize>genes) << 5)
  while (exponentials < end) {
    const pull0 = f32x4.mul(weight, v128.load(pulls, 0))
    const pull1 = f32x4.mul(weight, v128.load(pulls, 16))
    v128.store(exponentials, madd(v128.load(exponentials, 0), f0, pull0), 0)
    v128.store(exponentials, madd(v128.load(exponentials, 16), f1, pull1), 16)
    exponentials += 32
    pulls += 32
  }
}

/** What stored counts of all cells of a panel up to a gene add, from where they were left. */
function storedCounts(
  cell: i32,
  present: i32,
  endGene: i32,
  dispersions: usize,
  rowStarts: usize,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  meanFloor: f32,
  exponentials: usize,
  pulls: usize,
  byDispersion: usize,
  vectors: usize,
): void {
  for (let lane = 0; lane < present; lane++) {
    const at = (<usize>lane) << 2
    const ofVectors = vectors + at
    const begin = i32.load(ofVectors, nextAt)
    const last = i32.load(rowStarts + ((<usize>(cell + lane)) << 2), 4)
    const end = firstFrom(endGene, begin, last, storedGenes)
    addStoredCounts(
      begin,
      end,
      storedGenes,
      rawCounts,
      countBytes,
      exponentials + at,
      f32.load(ofVectors, scalesAt),
      meanFloor,
      dispersions,
      pulls ? pulls + at : 0,
      byDispersion,
      ofVectors + ofStoredAt,
      ofVectors + pullSumsAt,
    )
    i32.store(ofVectors, end, nextAt)
  }
}

/**
 * Likelihood of the cells of one panel, but for the rises of their counts (`rises.ts`), from its logits, which become
 * e^(logit - largest).
 * @param rawCounts, countBytes as the host left them
 * @param logitsCopy 0, or where to leave the logits
 * @param logLikelihoods of each cell with a copy; else cells four apart have their sum in the first's place
 * @param pulls [genes][8] becomes (μ - meanFloor) ∂/∂μ, or 0 without gradients
 */
export function panelLikelihood(
  cell: i32,
  cells: i32,
  genes: i32,
  dispersions: usize,
  rowStarts: usize,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  libraries: usize,
  meanFloor: f32,
  logits: usize,
  logitsCopy: usize,
  logLikelihoods: usize,
  pulls: usize,
  byDispersion: usize,
  vectors: usize,
): void {
  if (logitsCopy) memory.copy(logitsCopy, logits, (<usize>genes) << 5)
  exponentiate(genes, logits, vectors)
  for (let half: usize = 0; half < 32; half += 16) {
    const library = v128.load(libraries + ((<usize>cell) << 2) + half)
    v128.store(vectors + scalesAt + half, f32x4.mul(v128.load(vectors + inverseSumsAt + half), library))
  }
  const present = min(8, cells - cell)
  const floors = f32x4.splat(meanFloor)
  v128.store(vectors + floorsAt, clearBeyond(floors, present), 0)
  v128.store(vectors + floorsAt, clearBeyond(floors, max(present - 4, 0)), 16)
  memory.fill(vectors + pullSumsAt, 0, 96)
  memory.copy(vectors + nextAt, rowStarts + ((<usize>cell) << 2), (<usize>present) << 2)
  for (let gene = 0; gene < genes; gene += genesAtOnce) {
    const some = min(genesAtOnce, genes - gene)
    const at = (<usize>gene) << 5
    const ofGenes = dispersions + ((<usize>gene) << 4)
    if (pulls) {
      const by = byDispersion + ((<usize>gene) << 4)
      if (meanFloor > 0) pairsOfCells(true, true, some, logits + at, ofGenes, pulls + at, by, vectors)
      else pairsOfCells(false, true, some, logits + at, ofGenes, pulls + at, by, vectors)
    } else if (!logitsCopy) {
      if (meanFloor > 0) pairsOfCells(true, false, some, logits + at, ofGenes, 0, 0, vectors)
      else pairsOfCells(false, false, some, logits + at, ofGenes, 0, 0, vectors)
    }
    storedCounts(
      cell,
      present,
      gene + some,
      dispersions,
      rowStarts,
      storedGenes,
      rawCounts,
      countBytes,
      meanFloor,
      logits,
      pulls,
      byDispersion,
      vectors,
    )
  }
  if (logitsCopy) {
    // Each cell's own sum, for whoever inspects the pass.
    memory.fill(vectors + logLikelihoodsAt, 0, 32)
    if (meanFloor > 0) allGenes(true, genes, logits, dispersions, vectors)
    else allGenes(false, genes, logits, dispersions, vectors)
  }
  for (let lane: usize = 0; lane < <usize>present; lane++) {
    const at = vectors + (lane << 2)
    const logLikelihood = f32.load(at, logLikelihoodsAt) + f32.load(at, ofStoredAt)
    f32.store(logLikelihoods + ((<usize>cell + lane) << 2), logLikelihood)
  }
  if (pulls && meanFloor > 0) leaveOutFloor(genes, logits, pulls, vectors)
}
