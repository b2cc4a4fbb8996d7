import { describe, expect, test } from 'vitest'
import { drawNoise } from './drawNoise'
import { compileKernels, instantiateKernels } from './fused/kernels'
import { KernelMemory } from './fused/memory'
import { distributionNumbers, NoiseKernels, writeStream } from './fused/noiseKernels'
import type { NoiseDescription } from './model'
import { streamOf } from './noise'

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

const position = { seed: 0xfedcba98, epoch: 7, batch: 5 }

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
    const drawn = drawNoise(noise, cells, position, kernels)
    const expected = drawNoise(noise, cells, position, null)
    expect(drawn).toHaveLength(cells * columns)
    const worst = drawn.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - expected[at]) / (1 + Math.abs(expected[at]))),
      0,
    )
    expect(worst).toBeLessThan(distribution.kind === 'keep' ? 1e-12 : 2e-6)
  })

  test('differs from batch to batch and stays as it was drawn', () => {
    const noise = described(distribution, 9)
    const draw = (at: typeof position) => drawNoise(noise, 20, at)
    const first = draw(position)
    const kept = first.slice()
    expect(draw({ ...position, batch: 6 })).not.toEqual(first)
    expect(draw({ ...position, epoch: 8 })).not.toEqual(first)
    expect(draw({ ...position, seed: 1 })).not.toEqual(first)
    expect(first).toEqual(kept)
    expect(draw(position)).toEqual(first)
  })

  test.each(['relaxed', 'plain'] as const)(
    'is the same bit for bit in the %s build, some rows at a time and from any row of the stream on',
    (build) => {
      const [cells, columns, stride] = [40, 7, 12]
      const noise = described(distribution, columns)
      const memory = new KernelMemory(false)
      const kernels = instantiateKernels(compileKernels(false, build).module, memory.memory)
      const [stream, out] = [memory.allocate(32), memory.allocate(cells * stride * 4)]
      const scratch = memory.allocate(kernels.drawRowsScratch(cells * columns))
      const rowZero = 5
      writeStream(memory.integers(stream, 5), streamOf(noise, position), rowZero)
      for (const [first, end] of [
        [0, 8],
        [8, 11],
        [11, cells - rowZero],
      ]) {
        const numbers = distributionNumbers(distribution)
        kernels.drawRows(first, end, columns, ...numbers, stream, out, stride * 4, scratch)
      }
      const whole = drawNoise(noise, cells, position)
      for (let row = rowZero; row < cells; row++) {
        const drawn = memory.floats(out + (row - rowZero) * stride * 4, 8)
        expect([...drawn]).toEqual([...whole.subarray(row * columns, (row + 1) * columns), 0])
      }
    },
  )
})
