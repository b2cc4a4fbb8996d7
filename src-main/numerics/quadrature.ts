/** Nodes in [0, 1] and weights that sum to 1. */
export interface Quadrature {
  readonly nodes: Float64Array
  readonly weights: Float64Array
}

export type QuadratureRule = 'right' | 'midpoint' | 'gaussLegendre'

function gaussLegendre(count: number): Quadrature {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    // Newton's method on the Legendre polynomial, from Tricomi's estimate of its root.
    let x = -Math.cos((Math.PI * (index + 0.75)) / (count + 0.5))
    let derivative = 0
    for (let iteration = 0; iteration < 50; iteration++) {
      let [previous, value] = [1, x]
      for (let degree = 2; degree <= count; degree++) {
        ;[previous, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree]
      }
      if (count === 1) value = x
      derivative = (count * (x * value - previous)) / (x * x - 1)
      const step = value / derivative
      x -= step
      if (Math.abs(step) < 1e-15) break
    }
    nodes[index] = (1 + x) / 2
    weights[index] = 1 / ((1 - x * x) * derivative * derivative)
  }
  return { nodes, weights }
}

/** Nodes and weights of a rule for integrals over [0, 1]. */
export function quadrature(rule: QuadratureRule, count: number): Quadrature {
  if (rule === 'gaussLegendre') return gaussLegendre(count)
  const offset = rule === 'right' ? 1 : 0.5
  return {
    nodes: Float64Array.from({ length: count }, (_, index) => (index + offset) / count),
    weights: new Float64Array(count).fill(1 / count),
  }
}
