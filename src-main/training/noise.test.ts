import { describe, expect, test } from 'vitest'
import { NoiseKernels } from '../compute/fused/noiseKernels'
import type { NoiseDescription } from '../compute/model'
import { drawNoise, noiseLength, type Position } from './noise'

function described(distribution: NoiseDescription['distribution'], columns: number): NoiseDescription {
  return {
    name: 'noise',
    purpose: 'maskNoise',
    index: 3,
    distribution,
    rows: 'cells',
    columns,
    trainingOnly: false,
  }
}

function roomFor(noise: NoiseDescription, cells: number): Float32Array {
  return new Float32Array(noiseLength(noise, cells))
}

const position = { epoch: 7, batch: 5 }
const seed = 0xfedcba98

describe.each([
  ['normal', { kind: 'normal' }],
  ['logistic', { kind: 'logistic' }],
  ['keep', { kind: 'keep', rate: 0.1 }],
] as const)('%s noise', (_name, distribution) => {
  test.each([
    [1, 1],
    [3, 7],
    [128, 50],
    [3000, 11],
  ])('of %i cells and %i columns is that of the stream, up to rounding', (cells, columns) => {
    const noise = described(distribution, columns)
    const kernels = NoiseKernels.open()
    expect(kernels).not.toBeNull()
    const drawn = drawNoise(noise, roomFor(noise, cells), seed, position, kernels)
    const expected = drawNoise(noise, roomFor(noise, cells), seed, position, null)
    expect(drawn).toHaveLength(cells * columns)
    const worst = drawn.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - expected[at]) / (1 + Math.abs(expected[at]))),
      0,
    )
    expect(worst).toBeLessThan(distribution.kind === 'keep' ? 1e-12 : 2e-6)
  })

  test('differs from batch to batch and stays as it was drawn', () => {
    const noise = described(distribution, 9)
    const draw = (at: Position) => drawNoise(noise, roomFor(noise, 20), seed, at)
    const first = draw(position)
    const kept = first.slice()
    expect(draw({ epoch: 7, batch: 6 })).not.toEqual(first)
    expect(draw({ epoch: 8, batch: 5 })).not.toEqual(first)
    expect(first).toEqual(kept)
    expect(draw(position)).toEqual(first)
  })
})
