/**
 * Importance weights of particles: many draws of the latents of one cell. The cell's counts are the same for all of
 * them, so a panel holds eight particles, stored counts are handled eight at a time, and everything that does not
 * depend on the latents (gamma functions, log x!) is left to whoever sums up.
 */
import { logisticAt, normalAt } from './noise'
import { stripColumns } from './listedSums'
import {
  exponentiate,
  includeInLargest,
  inverseSumsAt,
  scalesAt,
  startLargest,
  vectorBytes,
} from './panelLikelihood'
import { stripBytes } from './sparseLayer'
import { stripLogits, stripLogitsScratch } from './stripLogits'
import { clearBeyond, epsilon, laneSum, logarithm, logOfSum, madd } from './vector'

/** Genes whose float sums are added up before they join a double. */
const sumBlock: i32 = 64
/** Panels that share each sweep over the weights, which may be larger than the cache. */
const panelsAtOnce: i32 = 4

/**
 * Standard normal (0) or logistic (1) draws of some particles: rows of `quads` blocks of four, so that a number depends
 * on seed, cell, particle and latent alone.
 * @param begin, end multiples of 8, as is the first particle
 * @param stream two key words, position of the stream, first particle
 * @param distribution also the second position of the stream
 */
export function drawParticleNoise(
  begin: i32,
  end: i32,
  quads: i32,
  stream: usize,
  distribution: i32,
  out: usize,
): void {
  const keyA = i32.load(stream, 0)
  const keyB = i32.load(stream, 4)
  const position = i32.load(stream, 8)
  const before = (i32.load(stream, 12) >> 3) * quads
  const last = (end >> 3) * quads
  for (let index = (begin >> 3) * quads; index < last; index++) {
    const at = out + ((<usize>index) << 7)
    if (distribution == 0) normalAt(before + index, keyA, keyB, position, 0, at)
    else logisticAt(before + index, keyA, keyB, position, 1, at)
  }
}

/**
 * Latents of some particles, z = mean + deviation · normal, and the part of their log weights that is the ratio of
 * prior and posterior without the posterior's variance: Σ (normal² - (z - prior mean)²) / 2. Rows of latents have a
 * multiple of four floats.
 * @param shifts prior mean of each latent where its edge is there
 * @param maskLogits log-odds that the edge is there
 * @param logistics draws for the edges, or 0 where all are there
 * @param logWeights [particles], overwritten
 */
export function placeParticles(
  begin: i32,
  end: i32,
  columns: i32,
  means: usize,
  deviations: usize,
  shifts: usize,
  maskLogits: usize,
  normals: usize,
  logistics: usize,
  latents: usize,
  logWeights: usize,
): void {
  const stride = (<usize>((columns + 3) & ~3)) << 2
  for (let particle = begin; particle < end; particle++) {
    const row = <usize>particle * stride
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2
      const normal = v128.load(normals + row + at)
      const z = madd(v128.load(deviations + at), normal, v128.load(means + at))
      let prior = v128.load(shifts + at)
      if (logistics) {
        const drawn = f32x4.add(v128.load(maskLogits + at), v128.load(logistics + row + at))
        prior = v128.and(prior, f32x4.gt(drawn, f32x4.splat(0)))
      }
      const apart = f32x4.sub(z, prior)
      const terms = f32x4.sub(f32x4.mul(normal, normal), f32x4.mul(apart, apart))
      sum = f32x4.add(sum, clearBeyond(terms, columns - column))
      v128.store(latents + row + at, z)
    }
    f64.store(logWeights + ((<usize>particle) << 3), 0.5 * <f64>laneSum(sum))
  }
}

/** Adds eight floats to eight doubles. */
@inline
function addToDoubles(v0: v128, v1: v128, sums: usize): void {
  addPair(f64x2.promote_low_f32x4(v0), sums)
  addPair(f64x2.promote_low_f32x4(v128.shuffle<f32>(v0, v0, 2, 3, 2, 3)), sums + 16)
  addPair(f64x2.promote_low_f32x4(v1), sums + 32)
  addPair(f64x2.promote_low_f32x4(v128.shuffle<f32>(v1, v1, 2, 3, 2, 3)), sums + 48)
}

@inline
function addPair(values: v128, sums: usize): void {
  v128.store(sums, f64x2.add(v128.load(sums), values))
}

/** Subtracts Σ (θ + x) log(1 + μ/θ') over all genes from eight log weights. */
function subtractAllGenes(
  genes: i32,
  exponentials: usize,
  scales: usize,
  meanFloor: f32,
  dispersions: usize,
  sums: usize,
): void {
  const floors = f32x4.splat(meanFloor)
  const scale0 = v128.load(scales, 0)
  const scale1 = v128.load(scales, 16)
  const one = f32x4.splat(1)
  const end = exponentials + ((<usize>genes) << 5)
  while (exponentials < end) {
    let block0 = f32x4.splat(0)
    let block1 = block0
    const blockEnd = min(end, exponentials + ((<usize>sumBlock) << 5))
    while (exponentials < blockEnd) {
      const inverse = v128.load32_splat(dispersions, 4)
      const y0 = f32x4.mul(madd(v128.load(exponentials, 0), scale0, floors), inverse)
      const y1 = f32x4.mul(madd(v128.load(exponentials, 16), scale1, floors), inverse)
      const u0 = f32x4.add(y0, one)
      const u1 = f32x4.add(y1, one)
      const weight = v128.load32_splat(dispersions, 0)
      block0 = madd(weight, logOfSum(y0, u0), block0)
      block1 = madd(weight, logOfSum(y1, u1), block1)
      exponentials += 32
      dispersions += 8
    }
    addToDoubles(f32x4.neg(block0), f32x4.neg(block1), sums)
  }
}

/** Adds Σ x log(μ + ε) over the stored counts of the cell to eight log weights. */
function addStored(
  stored: i32,
  storedGenes: usize,
  counts: usize,
  exponentials: usize,
  scales: usize,
  meanFloor: f32,
  sums: usize,
): void {
  const scale0 = v128.load(scales, 0)
  const scale1 = v128.load(scales, 16)
  const small = f32x4.splat(meanFloor + epsilon)
  for (let first = 0; first < stored; first += sumBlock) {
    let block0 = f32x4.splat(0)
    let block1 = block0
    for (let entry = first; entry < min(stored, first + sumBlock); entry++) {
      const at = (<usize>entry) << 2
      const ofGene = exponentials + ((<usize>i32.load(storedGenes + at)) << 5)
      const x = v128.load32_splat(counts + at)
      block0 = madd(x, logarithm(madd(v128.load(ofGene, 0), scale0, small)), block0)
      block1 = madd(x, logarithm(madd(v128.load(ofGene, 16), scale1, small)), block1)
    }
    addToDoubles(block0, block1, sums)
  }
}

/** Bytes of scratch memory that `particleLikelihood` needs for each thread. */
export function particleLikelihoodScratch(genes: i32): usize {
  return stripLogitsScratch + <usize>panelsAtOnce * (vectorBytes + ((<usize>((genes + 3) & ~3)) << 5))
}

/**
 * Adds log p(x | z), without what does not depend on z, to the log weights of the particles of some panels.
 * @param begins, ends [particles] each particle's list, in entries: which unit, as a row of a strip, and its activation;
 *   particles fill all panels
 * @param weights [genes / 48][units rounded up to 4][48 genes]
 * @param dispersions [genes][2]: θ + x, 1/θ'
 * @param cell number of stored counts (integer), total count (float)
 * @param meanFloor added to every mean
 * @param logWeights [particles]
 */
export function particleLikelihood(
  firstPanel: i32,
  endPanel: i32,
  genes: i32,
  units: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  weights: usize,
  bias: usize,
  dispersions: usize,
  storedGenes: usize,
  counts: usize,
  cell: usize,
  meanFloor: f32,
  logWeights: usize,
  scratch: usize,
): void {
  const panelBytes = (<usize>((genes + 3) & ~3)) << 5
  const rows = scratch + <usize>panelsAtOnce * vectorBytes
  const logits = rows + stripLogitsScratch
  for (let first = firstPanel; first < endPanel; first += panelsAtOnce) {
    const panels = min(panelsAtOnce, endPanel - first)
    for (let panel = 0; panel < panels; panel++) startLargest(scratch + <usize>panel * vectorBytes)
    let ofGenes = weights
    for (let gene = 0; gene < genes; gene += stripColumns) {
      const inStrip = min(stripColumns, genes - gene)
      const biases = bias + ((<usize>gene) << 2)
      let out = logits + ((<usize>gene) << 5)
      for (let panel = 0; panel < panels; panel++) {
        const particle = (first + panel) << 3
        stripLogits(inStrip, particle, particle + 8, begins, ends, entries, ofGenes, biases, out, rows)
        includeInLargest(inStrip, out, scratch + <usize>panel * vectorBytes)
        out += panelBytes
      }
      ofGenes += stripBytes(units)
    }
    for (let panel = 0; panel < panels; panel++) {
      const ofPanel = logits + <usize>panel * panelBytes
      const vectors = scratch + <usize>panel * vectorBytes
      const sums = logWeights + ((<usize>(first + panel)) << 6)
      exponentiate(genes, ofPanel, vectors)
      const library = v128.load32_splat(cell, 4)
      const scales = vectors + scalesAt
      v128.store(scales, f32x4.mul(library, v128.load(vectors + inverseSumsAt, 0)), 0)
      v128.store(scales, f32x4.mul(library, v128.load(vectors + inverseSumsAt, 16)), 16)
      subtractAllGenes(genes, ofPanel, scales, meanFloor, dispersions, sums)
      addStored(i32.load(cell), storedGenes, counts, ofPanel, scales, meanFloor, sums)
    }
  }
}
