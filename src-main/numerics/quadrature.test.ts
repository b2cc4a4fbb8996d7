import { expect, test } from 'vitest'
import golden from '../golden/integrated_gradients.json'
import { quadrature } from './quadrature'

test.each([
  ['right', 'right'],
  ['midpoint', 'midpoint'],
  ['gauss_legendre', 'gaussLegendre'],
] as const)('nodes and weights of %s', (goldenRule, rule) => {
  const { data } = golden.rules[goldenRule]
  const { nodes, weights } = quadrature(rule, golden.steps)
  nodes.forEach((node, index) => {
    expect(node).toBeCloseTo(data[2 * index], 12)
    expect(weights[index]).toBeCloseTo(data[2 * index + 1], 12)
  })
})

test('one Gauss-Legendre node is the midpoint', () => {
  const { nodes, weights } = quadrature('gaussLegendre', 1)
  expect(nodes[0]).toBeCloseTo(0.5, 12)
  expect(weights[0]).toBeCloseTo(1, 12)
})
