/** A dense matrix, row-major: entry (row, column) is `values[row * columns + column]`. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array | Float32Array
}

/** A matrix of zeros in double precision. */
export function zeroMatrix(rows: number, columns: number): Matrix & { readonly values: Float64Array } {
  return { rows, columns, values: new Float64Array(rows * columns) }
}

/** One column of a matrix, copied. */
export function columnOf(matrix: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, row) => matrix.values[row * matrix.columns + column])
}

/** One row of a matrix, copied. */
export function rowOf(matrix: Matrix, row: number): Float64Array {
  return Float64Array.from(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns))
}

/** The matrix product a b. */
export function multiply(a: Matrix, b: Matrix): Matrix & { readonly values: Float64Array } {
  const product = zeroMatrix(a.rows, b.columns)
  for (let row = 0; row < a.rows; row++) {
    for (let inner = 0; inner < a.columns; inner++) {
      const factor = a.values[row * a.columns + inner]
      if (factor === 0) continue
      for (let column = 0; column < b.columns; column++) {
        product.values[row * b.columns + column] += factor * b.values[inner * b.columns + column]
      }
    }
  }
  return product
}

/** Rows become columns. */
export function transpose(matrix: Matrix): Matrix & { readonly values: Float64Array } {
  const turned = zeroMatrix(matrix.columns, matrix.rows)
  for (let row = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++) {
      turned.values[column * matrix.rows + row] = matrix.values[row * matrix.columns + column]
    }
  }
  return turned
}
