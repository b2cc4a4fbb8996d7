/** How the curve is evaluated: at every point, or at a few vertices with cubic blending between them. */
export type LoessSurface = 'direct' | 'interpolate'

/**
 * Share of the neighbourhood that a cell of the kd-tree may hold before it is cut, and by which part of its range the
 * outermost vertices lie outside the data; both as in Cleveland and Grosse's dloess.
 */
const cellShare = 0.2
const margin = 0.005

/**
 * Local quadratic regression with tricube weights (Cleveland and Devlin 1988, "Locally weighted regression").
 *
 * `direct` solves one regression a point, `interpolate` one a vertex of a one-dimensional kd-tree, and blends the
 * values and slopes of neighbouring vertices with cubic Hermite polynomials (Cleveland and Grosse 1991); the usual
 * implementations do the latter by default. Where a neighbourhood has fewer than three different abscissae, the
 * polynomial is of the degree that they determine.
 * @param x abscissae, in any order
 * @param y as many ordinates
 * @param span share of the points in each neighbourhood
 * @returns fitted values, in the order of `x`
 */
export function loess(x: Float64Array, y: Float64Array, span: number, surface: LoessSurface): Float64Array {
  const order = Uint32Array.from(x.keys()).sort((a, b) => x[a] - x[b])
  const sortedX = Float64Array.from(order, (point) => x[point])
  const sortedY = Float64Array.from(order, (point) => y[point])
  const neighbours = Math.max(1, Math.min(x.length, Math.floor(x.length * span + 1e-5)))
  const fitAt = (position: number) => localQuadratic(sortedX, sortedY, neighbours, position)
  const fittedAt = surface === 'direct' ? repeating(fitAt) : blended(sortedX, span, fitAt)
  const fitted = new Float64Array(x.length)
  for (let i = 0; i < order.length; i++) fitted[order[i]] = fittedAt(sortedX[i])
  return fitted
}

interface LocalFit {
  readonly value: number
  readonly slope: number
}

/** Evaluates at ascending positions and fits equal ones once. */
function repeating(fitAt: (position: number) => LocalFit): (position: number) => number {
  let last = Number.NaN
  let value = 0
  return (position) => {
    if (position !== last) value = fitAt(position).value
    last = position
    return value
  }
}

/** Weighted quadratic regression around a position on sorted points: its value and slope there. */
function localQuadratic(x: Float64Array, y: Float64Array, neighbours: number, position: number): LocalFit {
  const start = firstNeighbour(x, neighbours, position)
  const end = start + neighbours
  const bandwidth = Math.max(position - x[start], x[end - 1] - position)
  // Orthogonal polynomials in (x - position) / bandwidth on the weighted points, built one degree at a time.
  const scaled = new Float64Array(neighbours)
  const weights = new Float64Array(neighbours)
  for (let i = start; i < end; i++) {
    const distance = bandwidth > 0 ? (x[i] - position) / bandwidth : 0
    scaled[i - start] = distance
    weights[i - start] = tricube(Math.abs(distance))
  }
  // All neighbours on the rim (equal abscissae away from the position): none may be left out.
  if (weights.every((weight) => weight === 0)) weights.fill(1)
  const coefficients = solveQuadratic(scaled, weights, y.subarray(start, end))
  return { value: coefficients[0], slope: bandwidth > 0 ? coefficients[1] / bandwidth : 0 }
}

/** Tricube weight with the flat middle and the sharp rim of dloess. */
function tricube(distance: number): number {
  if (distance >= 0.999) return 0
  if (distance <= 0.001) return 1
  return (1 - distance ** 3) ** 3
}

/** Start of the window of so many points that lie nearest to a position. */
function firstNeighbour(x: Float64Array, neighbours: number, position: number): number {
  let low = 0
  let high = x.length - neighbours
  while (low < high) {
    const middle = (low + high) >> 1
    if (position - x[middle] > x[middle + neighbours] - position) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Coefficients of 1, u, u² of the weighted least-squares fit, by orthogonalisation of these three columns. A column
 * that the points do not determine gets the coefficient 0.
 */
function solveQuadratic(u: Float64Array, weights: Float64Array, y: Float64Array): [number, number, number] {
  const count = u.length
  const [total, mean] = weightedMean(weights, u)
  const q1 = u.map((value) => value - mean)
  const square1 = weightedProduct(weights, q1, q1)
  const spread = weightedProduct(weights, u, u)
  const hasSlope = square1 > 1e-14 * spread
  const u2 = u.map((value) => value * value)
  const [, mean2] = weightedMean(weights, u2)
  const along = hasSlope ? weightedProduct(weights, u2, q1) / square1 : 0
  const q2 = new Float64Array(count)
  for (let i = 0; i < count; i++) q2[i] = u2[i] - mean2 - along * q1[i]
  const square2 = weightedProduct(weights, q2, q2)
  const hasCurve = hasSlope && square2 > 1e-14 * weightedProduct(weights, u2, u2)

  const c0 = weightedProduct(weights, y, new Float64Array(count).fill(1)) / total
  const c1 = hasSlope ? weightedProduct(weights, y, q1) / square1 : 0
  const c2 = hasCurve ? weightedProduct(weights, y, q2) / square2 : 0
  // Back from 1, q1, q2 to 1, u, u².
  return [c0 - c1 * mean - c2 * (mean2 - along * mean), c1 - c2 * along, c2]
}

function weightedMean(weights: Float64Array, values: Float64Array): [total: number, mean: number] {
  let total = 0
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    total += weights[i]
    sum += weights[i] * values[i]
  }
  return [total, sum / total]
}

function weightedProduct(weights: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += weights[i] * a[i] * b[i]
  return sum
}

/** Fits at the vertices of a kd-tree over the sorted points and returns the blended curve. */
function blended(
  x: Float64Array,
  span: number,
  fitAt: (position: number) => LocalFit,
): (position: number) => number {
  const mostPoints = Math.max(1, Math.floor(x.length * span * cellShare))
  const vertices = treeVertices(x, mostPoints)
  const fits = vertices.map(fitAt)
  return (position) => {
    let cell = 0
    while (cell < vertices.length - 2 && position > vertices[cell + 1]) cell += 1
    return hermite(position, vertices[cell], fits[cell], vertices[cell + 1], fits[cell + 1])
  }
}

/** Cuts the range at medians until no cell holds more than so many points; all cuts and both ends, ascending. */
function treeVertices(x: Float64Array, mostPoints: number): number[] {
  const range = x[x.length - 1] - x[0]
  const size = Math.max(Math.abs(x[0]), Math.abs(x[x.length - 1]))
  const outside = Math.max(range, 1e-10 * size + 1e-30) * margin
  const vertices = [x[0] - outside, x[x.length - 1] + outside]
  const cut = (first: number, last: number) => {
    if (last - first + 1 <= mostPoints) return
    const end = lastOfLowerHalf(x, first, last)
    if (end === null) return
    vertices.push(x[end])
    cut(first, end)
    cut(end + 1, last)
  }
  cut(0, x.length - 1)
  return vertices.sort((a, b) => a - b)
}

/**
 * The point nearest to the middle of a stretch that differs from its right neighbour, so that equal abscissae stay
 * together; to the right first where two are equally near. Null when all are equal.
 */
function lastOfLowerHalf(x: Float64Array, first: number, last: number): number | null {
  const middle = (first + last) >> 1
  for (let offset = 0; middle + offset < last || middle - offset >= first; offset++) {
    for (const point of [middle + offset, middle - offset]) {
      if (point >= first && point < last && x[point] !== x[point + 1]) return point
    }
  }
  return null
}

/** Cubic through two points with given slopes. */
function hermite(position: number, left: number, atLeft: LocalFit, right: number, atRight: LocalFit): number {
  const width = right - left
  const t = (position - left) / width
  const s = 1 - t
  return (
    s * s * (1 + 2 * t) * atLeft.value +
    t * t * (3 - 2 * t) * atRight.value +
    width * t * s * (s * atLeft.slope - t * atRight.slope)
  )
}
