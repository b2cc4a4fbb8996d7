/**
 * Dense layers whose inputs are mostly zero. Weights and their moments lie in strips of 48 outputs,
 * [outputs / 48][inputs rounded up to 4][48].
 */
import { adam } from './adam'
import { addProductsOfCells, placeSums, sumBytes } from './listedProducts'
import { boundOf, packStrip, rowBytes, stripColumns, sumListed, vectorsOf } from './listedSums'
import { zeros } from './vector'

/** Inputs whose weights in a strip stay in a near cache while all cells read them. */
const inputsAtOnce: i32 = 512
/** Inputs whose gradients are finished before Adam takes their weights on. */
const gradientsAtOnce: i32 = 8

/** Bytes of a strip of weights. */
@inline
export function stripBytes(inputs: i32): usize {
  return <usize>((inputs + 3) & ~3) * rowBytes
}

function blocksOf(inputs: i32): i32 {
  return (inputs + inputsAtOnce - 1) / inputsAtOnce
}

/** Bytes of scratch memory that the kernels here need for each thread. */
export function sparseLayerScratch(cells: i32, inputs: i32): usize {
  const ofForward = (<usize>cells * (<usize>blocksOf(inputs) + 1)) << 2
  const ofUpdate = <usize>(cells + gradientsAtOnce) * rowBytes
  return max(max(ofForward, ofUpdate), <usize>cells * sumBytes(inputs))
}

/** Where the entries of each block of inputs begin in some cells' lists: [blocks + 1][cells], as addresses. */
function findBlocks(
  firstCell: i32,
  endCell: i32,
  blocks: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  out: usize,
): void {
  const apart = (<usize>(endCell - firstCell)) << 2
  for (let cell = firstCell; cell < endCell; cell++) {
    let entry = boundOf(begins, cell, entries)
    const end = boundOf(ends, cell, entries)
    let at = out + ((<usize>(cell - firstCell)) << 2)
    i32.store(at, <i32>entry)
    for (let block = 1; block < blocks; block++) {
      const limit = block * inputsAtOnce * <i32>rowBytes
      while (entry + 64 <= end && i32.load(entry, 56) < limit) entry += 64
      while (entry < end && i32.load(entry) < limit) entry += 8
      at += apart
      i32.store(at, <i32>entry)
    }
    i32.store(at + apart, <i32>end)
  }
}

/**
 * out = listed inputs · weights + bias, for some cells.
 * @param begins, ends [cells] each cell's list, in entries: which input, as a row of a strip, and its value
 * @param out cells × outputs, rows `stride` bytes apart
 */
export function sparseLayer(
  firstCell: i32,
  endCell: i32,
  inputs: i32,
  outputs: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  weights: usize,
  bias: usize,
  out: usize,
  stride: usize,
  scratch: usize,
): void {
  const blocks = blocksOf(inputs)
  const apart = (<usize>(endCell - firstCell)) << 2
  findBlocks(firstCell, endCell, blocks, begins, ends, entries, scratch)
  for (let first = 0; first < outputs; first += stripColumns) {
    const vectors = vectorsOf(outputs - first)
    const offset = (<usize>first) << 2
    for (let block = 0; block < blocks; block++) {
      let at = scratch + <usize>block * apart
      let row = out + <usize>firstCell * stride + offset
      for (let cell = firstCell; cell < endCell; cell++) {
        const start = block == 0 ? bias + offset : row
        sumListed(vectors, <usize>i32.load(at), <usize>i32.load(at + apart), weights, start, row)
        at += 4
        row += stride
      }
    }
    weights += stripBytes(inputs)
  }
}

/**
 * Gradients by the listed inputs of some cells: output gradients · weights.
 * @param begins, ends, entries as for `sparseLayer`; four entries behind a list may be read
 * @param outputGradients cells × outputs, rows `stride` bytes apart
 * @param add whether to add to what is there, or to overwrite all inputs
 * @param out cells × inputs, rows `outStride` bytes apart; inputs that are not listed are zero
 */
export function sparseLayerInputs(
  firstCell: i32,
  endCell: i32,
  inputs: i32,
  outputs: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  outputGradients: usize,
  stride: usize,
  weights: usize,
  add: i32,
  out: usize,
  outStride: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, <usize>(endCell - firstCell) * sumBytes(inputs))
  for (let first = 0; first < outputs; first += stripColumns) {
    const columns = min(stripColumns, outputs - first)
    const row = outputGradients + <usize>firstCell * stride + ((<usize>first) << 2)
    addProductsOfCells(
      firstCell,
      endCell,
      inputs,
      begins,
      ends,
      entries,
      row,
      stride,
      columns,
      weights,
      scratch,
    )
    weights += stripBytes(inputs)
  }
  const row = out + <usize>firstCell * outStride
  placeSums(firstCell, endCell, inputs, begins, ends, entries, scratch, add != 0, row, outStride)
}

/**
 * Gradients by the weights of some inputs in one strip, and the step of Adam on them.
 * @param begins, ends [inputs] each input's list, in entries: which cell, as a row of `table`, and the input's value
 * @param table gradients by the strip's outputs, [cells][48]
 * @param weights, firstMoments, secondMoments, weightGradients of the strip; the last is where to leave the gradient
 *   instead of making a step, or 0
 * @param scratch room for eight rows
 */
export function updateStrip(
  firstInput: i32,
  endInput: i32,
  vectors: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  table: usize,
  weights: usize,
  firstMoments: usize,
  secondMoments: usize,
  settings: usize,
  weightGradients: usize,
  scratch: usize,
): void {
  for (let first = firstInput; first < endInput; first += gradientsAtOnce) {
    const some = min(gradientsAtOnce, endInput - first)
    const place = <usize>first * rowBytes
    const gradients = weightGradients ? weightGradients + place : scratch
    for (let row = 0; row < some; row++) {
      const at = boundOf(begins, first + row, entries)
      const end = boundOf(ends, first + row, entries)
      sumListed(vectors, at, end, table, zeros, gradients + <usize>row * rowBytes)
    }
    if (weightGradients) continue
    // The rows of a full strip follow each other without a gap.
    const together = vectors << 2 == stripColumns ? some : 1
    for (let row = 0; row < some; row += together) {
      const at = <usize>row * rowBytes
      const ofRows = place + at
      adam(
        0,
        together * (vectors << 2),
        settings,
        gradients + at,
        weights + ofRows,
        firstMoments + ofRows,
        secondMoments + ofRows,
      )
    }
  }
}

/**
 * Gradients by the weights of some inputs, and the step of Adam on them.
 * @param begins, ends [inputs] each input's list, in entries: which cell, as a row of a strip, and the input's value
 * @param outputGradients cells × outputs, rows `stride` bytes apart
 * @param weightGradients where to leave the gradient instead of making a step, or 0
 */
export function sparseLayerUpdate(
  firstInput: i32,
  endInput: i32,
  inputs: i32,
  outputs: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  cells: i32,
  outputGradients: usize,
  stride: usize,
  weights: usize,
  firstMoments: usize,
  secondMoments: usize,
  settings: usize,
  weightGradients: usize,
  scratch: usize,
): void {
  const table = scratch + <usize>gradientsAtOnce * rowBytes
  for (let first = 0; first < outputs; first += stripColumns) {
    const columns = min(stripColumns, outputs - first)
    const strip = <usize>(first / stripColumns) * stripBytes(inputs)
    packStrip(outputGradients + ((<usize>first) << 2), stride, cells, columns, table)
    updateStrip(
      firstInput,
      endInput,
      vectorsOf(columns),
      begins,
      ends,
      entries,
      table,
      weights + strip,
      firstMoments + strip,
      secondMoments + strip,
      settings,
      weightGradients ? weightGradients + strip : 0,
      scratch,
    )
  }
}
