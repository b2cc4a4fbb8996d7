import { describe, expect, it } from 'vitest'
import { philox4x32, RandomStream } from './random'

/** Known answers of Philox4x32-10 from the Random123 distribution (kat_vectors). */
const knownAnswers = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
]

describe('philox4x32', () => {
  it.each(knownAnswers)('gives the published words for counter $counter', ({ counter, key, words }) => {
    const block = Uint32Array.from(counter)
    philox4x32(block, key[0], key[1])
    expect([...block]).toEqual(words)
  })
})

describe('RandomStream', () => {
  it('repeats itself for equal arguments and differs for others', () => {
    const draw = (seed: number, step: number) =>
      Array.from(new RandomStream(seed, 'reparameterisation', 0, step).fillNormal(new Float32Array(8)))
    expect(draw(1, 2)).toEqual(draw(1, 2))
    expect(draw(1, 2)).not.toEqual(draw(1, 3))
    expect(draw(1, 2)).not.toEqual(draw(2, 2))
  })

  it('has the moments of the normal and the logistic distribution', () => {
    const moments = (values: Float32Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length]
    }
    const [normalMean, normalVariance] = moments(
      new RandomStream(3, 'reparameterisation').fillNormal(new Float32Array(200_000)),
    )
    expect(normalMean).toBeCloseTo(0, 1)
    expect(normalVariance).toBeCloseTo(1, 1)
    const [logisticMean, logisticVariance] = moments(
      new RandomStream(3, 'maskNoise').fillLogistic(new Float32Array(200_000)),
    )
    expect(logisticMean).toBeCloseTo(0, 1)
    expect(logisticVariance / (Math.PI ** 2 / 3)).toBeCloseTo(1, 1)
  })

  it('shuffles without losing anything', () => {
    const shuffled = new RandomStream(5, 'cellOrder', 1).shuffle(
      Uint32Array.from({ length: 100 }, (_, i) => i),
    )
    expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([...shuffled]).not.toEqual(Array.from({ length: 100 }, (_, i) => i))
  })
})
