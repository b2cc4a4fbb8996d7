import { columnSum } from './columns'
import { rowBytes, stripColumns, vectorsOf } from './listedSums'
import { stripBytes, updateStrip } from './sparseLayer'
import { laneSum } from './vector'

/**
 * Gradients of the output layer by its parameters, for the genes of some strips, and the step of Adam on its weights
 * while their gradient is at hand.
 *
 * @param begins, ends [units] each unit's list, in entries: which cell, as a row of a strip, and its activation
 * @param stripGradients gradients by the logits, [genes / 48][cells rounded up to 8][48 genes]
 * @param weights [genes / 48][units rounded up to 4][48 genes], as its moments and `weightGradients`
 * @param weightGradients where to leave the gradient instead of making a step, or 0
 * @param dispersions [genes][4], θ first
 * @param byDispersion [threads][genes][4], to be summed, with the derivatives of rises, times weight · θ: gradient by
 *   log θ
 * @param partStride bytes from one thread's part of `byDispersion` to the next
 * @param rises [genes][2], the second their derivatives
 * @param scratch as `sparseLayerScratch` says
 */
export function outputLayerUpdate(
  firstStrip: i32,
  endStrip: i32,
  cells: i32,
  genes: i32,
  units: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  stripGradients: usize,
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
  rises: usize,
  weight: usize,
  dispersionGradients: usize,
  scratch: usize,
): void {
  const lossWeight = f32.load(weight)
  for (let strip = firstStrip; strip < endStrip; strip++) {
    const first = strip * stripColumns
    const inStrip = min(stripColumns, genes - first)
    const place = <usize>strip * stripBytes(units)
    const table = stripGradients + <usize>(strip * ((cells + 7) & ~7)) * rowBytes
    for (let gene = 0; gene < inStrip; gene += 4) {
      const at = (<usize>gene) << 2
      v128.store(biasGradients + ((<usize>first) << 2) + at, columnSum(cells, table + at, rowBytes))
    }
    updateStrip(
      0,
      units,
      vectorsOf(inStrip),
      begins,
      ends,
      entries,
      table,
      weights + place,
      firstMoments + place,
      secondMoments + place,
      settings,
      weightGradients ? weightGradients + place : 0,
      scratch,
    )
    for (let gene = first; gene < first + inStrip; gene++) {
      const at = (<usize>gene) << 4
      let sum = f32.load(rises + ((<usize>gene) << 3), 4)
      for (let part = 0; part < parts; part++)
        sum += laneSum(v128.load(byDispersion + <usize>part * partStride + at))
      f32.store(dispersionGradients + ((<usize>gene) << 2), sum * lossWeight * f32.load(dispersions + at))
    }
  }
}
