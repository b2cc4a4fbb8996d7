/** How the elements of a row-major matrix lie in kernel memory. */
export interface TensorLayout {
  readonly rows: number
  readonly columns: number
  /** Floats that the tensor takes, padding included. */
  readonly length: number
  /** Floats from row to row, or from input to input in a strip; of no meaning for panels. */
  readonly stride: number
  readonly place: (row: number, column: number) => number
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}

/** Rows padded to a multiple of four floats. */
export function compactRows(rows: number, columns: number): TensorLayout {
  const stride = roundUp(columns, 4)
  return { rows, columns, stride, length: rows * stride, place: (row, column) => row * stride + column }
}

/** Rows padded so that a column of them does not fall on few lines of the cache. */
export function spreadRows(rows: number, columns: number): TensorLayout {
  const least = roundUp(columns, 8)
  const stride = least % 32 === 0 ? least + 16 : least
  return { rows, columns, stride, length: rows * stride, place: (row, column) => row * stride + column }
}

/** Outputs of a strip of `inStrips`. */
export const stripOutputs = 48

/** Weights outputs × inputs in strips of 48 outputs, in which each input's weights lie together: [outputs / 48][inputs][48]. */
export function inStrips(outputs: number, inputs: number): TensorLayout {
  const strip = roundUp(inputs, 4) * stripOutputs
  return {
    rows: outputs,
    columns: inputs,
    stride: stripOutputs,
    length: Math.ceil(outputs / stripOutputs) * strip,
    place: (output, input) =>
      Math.floor(output / stripOutputs) * strip + input * stripOutputs + (output % stripOutputs),
  }
}

/** Logits genes × cells in panels of eight cells: [cells / 8][genes rounded up to 4][8]; read as cells × genes. */
export function inPanels(cells: number, genes: number): TensorLayout {
  const panel = roundUp(genes, 4) * 8
  return {
    rows: cells,
    columns: genes,
    stride: 0,
    length: (roundUp(cells, 8) / 8) * panel,
    place: (row, column) => (row >> 3) * panel + column * 8 + (row & 7),
  }
}

/** Spreads row-major values out; padding becomes zero. */
export function writeTensor(layout: TensorLayout, values: Float32Array, memory: Float32Array): void {
  memory.fill(0)
  for (let row = 0, at = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) memory[layout.place(row, column)] = values[at++]
  }
}

/** Row-major values. */
export function readTensor(layout: TensorLayout, memory: Float32Array): Float32Array {
  const values = new Float32Array(layout.rows * layout.columns)
  for (let row = 0, at = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) values[at++] = memory[layout.place(row, column)]
  }
  return values
}

/** Copies row-major rows into padded ones, leaving the padding alone. */
export function writeRows(layout: TensorLayout, values: Float32Array, memory: Float32Array): void {
  const { columns } = layout
  for (let row = 0; row < layout.rows; row++) {
    memory.set(values.subarray(row * columns, (row + 1) * columns), row * layout.stride)
  }
}
