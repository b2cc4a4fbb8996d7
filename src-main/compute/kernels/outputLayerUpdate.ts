import { adam } from './adam'
import { packColumns, packRows, storeTransposed } from './packing'
import { productTile } from './tile'
import { laneSum, zeros } from './vector'

/** Blocks of four genes that share each sweep over the packed units. */
const quadsAtOnce: i32 = 4

/** Bytes of scratch memory that `outputLayerUpdate` needs for each thread. */
export function outputLayerUpdateScratch(cells: i32, units: i32): usize {
  const paddedCells = (<usize>cells + 7) & ~7
  const paddedUnits = (<usize>units + 7) & ~7
  return 128 + ((paddedCells + paddedUnits) << 4) * <usize>quadsAtOnce + ((paddedCells * paddedUnits) << 2)
}

/**
 * Gradients of the output layer by its parameters, for the genes of some blocks of four, and the step of Adam on its
 * weights while their gradient is at hand.
 *
 * @param activations cells × units, rows `stride` bytes apart
 * @param logitGradients [panels][genes rounded up to 4][8 cells]
 * @param weights [genes / 4][units][4 genes], as its moments and `weightGradients`
 * @param weightGradients where to leave the gradient instead of making a step, or 0
 * @param dispersions [genes][4], θ first
 * @param byDispersion [threads][genes][4], to be summed, times weight · θ: gradient by log θ
 * @param partStride bytes from one thread's part of `byDispersion` to the next
 */
export function outputLayerUpdate(
  firstQuad: i32,
  endQuad: i32,
  cells: i32,
  genes: i32,
  units: i32,
  activations: usize,
  stride: usize,
  logitGradients: usize,
  weights: usize,
  firstMoments: usize,
  secondMoments: usize,
  settings: usize,
  weightGradients: usize,
  biasGradients: usize,
  dispersions: usize,
  byDispersion: usize,
  parts: i32,
  partStride: usize,
  weight: usize,
  dispersionGradients: usize,
  scratch: usize,
): void {
  const tile = scratch
  const panels = (cells + 7) >> 3
  const depth = panels << 3
  const packedGradients = scratch + 128
  const gradientBytes = (<usize>depth) << 4
  const packedUnits = packedGradients + <usize>quadsAtOnce * gradientBytes
  const unitQuads = (units + 3) >> 2
  const quadBytes = (<usize>unitQuads) << 6
  const panelBytes = (<usize>((genes + 3) >> 2)) << 7
  const octets = (units + 7) >> 3
  const scratchGradients = packedUnits + ((<usize>octets * <usize>depth) << 5)
  const lossWeight = f32.load(weight)
  for (let octet = 0; octet < octets; octet++) {
    const out = packedUnits + ((<usize>octet * <usize>depth) << 5)
    packColumns(activations + ((<usize>octet) << 5), stride, cells, units - (octet << 3), 8, out)
    memory.fill(out + ((<usize>cells) << 5), 0, (<usize>(depth - cells)) << 5)
  }

  for (let first = firstQuad; first < endQuad; first += quadsAtOnce) {
    const quads = min(quadsAtOnce, endQuad - first)
    for (let quad = 0; quad < quads; quad++) {
      const out = packedGradients + <usize>quad * gradientBytes
      let source = logitGradients + ((<usize>(first + quad)) << 7)
      for (let panel = 0; panel < panels; panel++) {
        packRows(source, 32, 4, 8, out + ((<usize>panel) << 7), 16)
        source += panelBytes
      }
      let biasGradient = f32x4.splat(0)
      const end = out + ((<usize>cells) << 4)
      for (let at = out; at < end; at += 16) biasGradient = f32x4.add(biasGradient, v128.load(at))
      v128.store(biasGradients + ((<usize>(first + quad)) << 4), biasGradient)
    }
    const gradients = weightGradients ? weightGradients + <usize>first * quadBytes : scratchGradients
    for (let octet = 0; octet < octets; octet++) {
      const ofUnits = packedUnits + ((<usize>octet * <usize>depth) << 5)
      const halves: usize = (octet << 1) + 1 < unitQuads ? 2 : 1
      for (let quad = 0; quad < quads; quad++) {
        productTile(depth, packedGradients + <usize>quad * gradientBytes, ofUnits, zeros, 0, tile, 32)
        const out = gradients + <usize>quad * quadBytes + ((<usize>octet) << 7)
        for (let half: usize = 0; half < halves; half++) {
          const from = tile + (half << 4)
          storeTransposed(
            v128.load(from, 0),
            v128.load(from, 32),
            v128.load(from, 64),
            v128.load(from, 96),
            out + (half << 6),
            16,
          )
        }
      }
    }
    if (!weightGradients) {
      const at = <usize>first * quadBytes
      const floats = <i32>((<usize>quads * quadBytes) >> 2)
      adam(0, floats, settings, gradients, weights + at, firstMoments + at, secondMoments + at)
    }
  }

  const endGene = min(endQuad << 2, genes)
  for (let gene = firstQuad << 2; gene < endGene; gene++) {
    const at = (<usize>gene) << 4
    let sum: f32 = 0
    for (let part = 0; part < parts; part++)
      sum += laneSum(v128.load(byDispersion + <usize>part * partStride + at))
    f32.store(dispersionGradients + ((<usize>gene) << 2), sum * lossWeight * f32.load(dispersions + at))
  }
}
