import { transpose, type Matrix } from './matrix'

/**
 * Minimum-cost assignment of rows to columns, one to one (Kuhn 1955; shortest augmenting paths with potentials,
 * Jonker and Volgenant 1987), O(n³). Of a rectangular matrix every row or every column is used, whichever are fewer.
 * @param cost finite costs, rows × columns
 * @returns for each row its column, or -1 where the row is left over
 */
export function assignRows(cost: Matrix): Int32Array {
  if (cost.rows <= cost.columns) return assignAllRows(cost)
  const rowOfColumn = assignAllRows(transpose(cost))
  const columnOfRow = new Int32Array(cost.rows).fill(-1)
  rowOfColumn.forEach((row, column) => (columnOfRow[row] = column))
  return columnOfRow
}

/** For a matrix with at least as many columns as rows. Rows and columns count from 1 inside; 0 is the entry point. */
function assignAllRows({ rows, columns, values }: Matrix): Int32Array {
  const rowPotential = new Float64Array(rows + 1)
  const columnPotential = new Float64Array(columns + 1)
  const rowOfColumn = new Int32Array(columns + 1)
  const cameFrom = new Int32Array(columns + 1)
  const slack = new Float64Array(columns + 1)
  const visited = new Uint8Array(columns + 1)
  for (let row = 1; row <= rows; row++) {
    rowOfColumn[0] = row
    slack.fill(Infinity)
    visited.fill(0)
    let column = 0
    while (rowOfColumn[column] !== 0) {
      visited[column] = 1
      const current = rowOfColumn[column]
      let step = Infinity
      let nearest = 0
      for (let other = 1; other <= columns; other++) {
        if (visited[other] === 1) continue
        const reduced =
          values[(current - 1) * columns + other - 1] - rowPotential[current] - columnPotential[other]
        if (reduced < slack[other]) {
          slack[other] = reduced
          cameFrom[other] = column
        }
        if (slack[other] < step) {
          step = slack[other]
          nearest = other
        }
      }
      for (let other = 0; other <= columns; other++) {
        if (visited[other] === 1) {
          rowPotential[rowOfColumn[other]] += step
          columnPotential[other] -= step
        } else {
          slack[other] -= step
        }
      }
      column = nearest
    }
    while (column !== 0) {
      rowOfColumn[column] = rowOfColumn[cameFrom[column]]
      column = cameFrom[column]
    }
  }
  const columnOfRow = new Int32Array(rows)
  for (let column = 1; column <= columns; column++) {
    if (rowOfColumn[column] !== 0) columnOfRow[rowOfColumn[column] - 1] = column - 1
  }
  return columnOfRow
}
