import { largestEigenpairs, largestEigenpairsOfProducts } from './eigen'
import { multiply, transpose, zeroMatrix, type Matrix } from './matrix'
import { RandomStream } from './random'

const starts = 5
const mostSteps = 500
/** Rotation of any direction in one step below which the solution has settled: 1 − |cosine|. */
const settled = 1e-9
/** A variance this much smaller than the largest carries no component. */
const smallestShare = 1e-12

export interface IndependentComponents {
  /** Unit variance over the samples, mean zero; samples × components. */
  readonly sources: Matrix
  /** What each source adds to each variable; components × variables. Sources times this approximate the centred data. */
  readonly mixing: Matrix
}

/**
 * Independent component analysis by FastICA with symmetric orthogonalisation and the contrast log cosh (Hyvärinen 1999).
 * The data are centred and whitened on their largest principal components; of five random starts the one whose sources
 * are least normal is kept. Each source is turned so that its third moment is positive. Components are sorted by the
 * variance that they explain. Equal data and seeds give equal results.
 * @param data samples × variables
 * @param components wanted; fewer are given where the data have fewer dimensions
 * @param breathe lets others in now and then
 */
export async function fastIca(
  data: Matrix,
  components: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<IndependentComponents> {
  const centred = centreColumns(data)
  const wanted = Math.min(components, data.columns)
  const { values: products, vectors } = await largestEigenpairsOfProducts(centred, wanted, breathe)
  const values = products.map((value) => value / data.rows)
  const kept = values.filter((value) => value > smallestShare * values[0]).length
  const whitening = zeroMatrix(data.columns, kept)
  const colouring = zeroMatrix(kept, data.columns)
  for (let component = 0; component < kept; component++) {
    const deviation = Math.sqrt(values[component])
    vectors[component].forEach((value, variable) => {
      whitening.values[variable * kept + component] = value / deviation
      colouring.values[component * data.columns + variable] = value * deviation
    })
  }
  const white = multiply(centred, whitening)
  const rotations: Matrix[] = []
  for (let start = 0; start < starts; start++)
    rotations.push(await separate(white, kept, seed, start, breathe))
  const contrasts = rotations.map((rotation) => nonNormality(multiply(white, rotation)))
  const rotation = rotations[contrasts.indexOf(Math.max(...contrasts))]
  return inOrder(multiply(white, rotation), multiply(transpose(rotation), colouring))
}

function centreColumns(data: Matrix): Matrix {
  const centred = zeroMatrix(data.rows, data.columns)
  for (let column = 0; column < data.columns; column++) {
    let mean = 0
    for (let row = 0; row < data.rows; row++) mean += data.values[row * data.columns + column] / data.rows
    for (let row = 0; row < data.rows; row++) {
      const at = row * data.columns + column
      centred.values[at] = data.values[at] - mean
    }
  }
  return centred
}

/** Orthogonal matrix whose columns are the directions of the sources in whitened data. */
async function separate(
  white: Matrix,
  size: number,
  seed: number,
  start: number,
  breathe: () => Promise<void>,
): Promise<Matrix> {
  const random = new RandomStream(seed, 'independentComponents', start)
  const values = Float64Array.from(random.fillNormal(new Float32Array(size * size)))
  let rotation: Matrix = orthogonalise({ rows: size, columns: size, values })
  for (let step = 0; step < mostSteps; step++) {
    await breathe()
    const projected = multiply(white, rotation)
    // g = tanh(y); g' = 1 - tanh²(y). New direction: E[x g(y)] - E[g'(y)] w.
    const slopes = new Float64Array(size)
    for (let at = 0; at < projected.values.length; at++) {
      const bent = Math.tanh(projected.values[at])
      projected.values[at] = bent
      slopes[at % size] += (1 - bent * bent) / white.rows
    }
    const next = multiply(transpose(white), projected)
    for (let at = 0; at < next.values.length; at++) {
      next.values[at] = next.values[at] / white.rows - slopes[at % size] * rotation.values[at]
    }
    const turned = orthogonalise(next)
    let largest = 0
    for (let column = 0; column < size; column++) {
      let cosine = 0
      for (let row = 0; row < size; row++) {
        cosine += turned.values[row * size + column] * rotation.values[row * size + column]
      }
      largest = Math.max(largest, 1 - Math.abs(cosine))
    }
    rotation = turned
    if (largest < settled) break
  }
  return rotation
}

/** The nearest orthogonal matrix: M (MᵀM)^(-1/2). */
function orthogonalise(matrix: Matrix): Matrix {
  const size = matrix.columns
  const { values, vectors } = largestEigenpairs(multiply(transpose(matrix), matrix).values, size, size)
  const inverseRoot = zeroMatrix(size, size)
  vectors.forEach((vector, pair) => {
    const factor = 1 / Math.sqrt(values[pair])
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        inverseRoot.values[row * size + column] += factor * vector[row] * vector[column]
      }
    }
  })
  return multiply(matrix, inverseRoot)
}

/** E[log cosh] of a standard normal variable. */
const normalLogCosh = 0.3745672

/** Sum over columns of the squared distance of E[log cosh] from that of a normal variable. */
function nonNormality(sources: Matrix): number {
  const means = new Float64Array(sources.columns)
  sources.values.forEach((value, at) => {
    const size = Math.abs(value)
    // log cosh without overflow.
    means[at % sources.columns] += (size + Math.log1p(Math.exp(-2 * size)) - Math.LN2) / sources.rows
  })
  return means.reduce((sum, mean) => sum + (mean - normalLogCosh) ** 2, 0)
}

/** Sources of the largest explained variance first, each with a positive third moment. */
function inOrder(sources: Matrix, mixing: Matrix): IndependentComponents {
  const size = sources.columns
  const explained = new Float64Array(size)
  mixing.values.forEach((value, at) => (explained[Math.floor(at / mixing.columns)] += value * value))
  const third = new Float64Array(size)
  sources.values.forEach((value, at) => (third[at % size] += value ** 3))
  const order = Array.from(explained.keys()).sort((a, b) => explained[b] - explained[a])
  const sortedSources = zeroMatrix(sources.rows, size)
  const sortedMixing = zeroMatrix(size, mixing.columns)
  order.forEach((old, position) => {
    const sign = third[old] < 0 ? -1 : 1
    for (let row = 0; row < sources.rows; row++) {
      sortedSources.values[row * size + position] = sign * sources.values[row * size + old]
    }
    for (let column = 0; column < mixing.columns; column++) {
      sortedMixing.values[position * mixing.columns + column] =
        sign * mixing.values[old * mixing.columns + column]
    }
  })
  return { sources: sortedSources, mixing: sortedMixing }
}
