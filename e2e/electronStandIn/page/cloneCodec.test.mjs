import { describe, expect, it } from 'vitest'
import { cloneCodec } from './cloneCodec.mjs'

const { encode, decode } = cloneCodec()
const through = (value) => decode(encode(value))

describe('the clone codec', () => {
  it.each([
    ['plain data', { a: [1, 'two', true, null], b: undefined }],
    ['awkward numbers', [Number.NaN, Infinity, -Infinity, -0]],
    ['a large integer', 2n ** 70n],
    ['a date', new Date(0)],
    ['a pattern', /cell/giu],
    ['a map and a set', new Map([[{ key: 1 }, new Set(['A+B'])]])],
    ['a typed array', Float32Array.of(0.5, -1)],
    ['a buffer', Uint8Array.of(1, 2, 3).buffer],
    ['nothing', undefined],
  ])('brings %s across', (_, value) => {
    expect(through(value)).toEqual(value)
  })

  it('keeps shared and circular references', () => {
    const gene = { symbol: 'STAT1' }
    const value = { first: gene, second: gene, self: null }
    value.self = value
    const copy = through(value)
    expect(copy.first).toBe(copy.second)
    expect(copy.self).toBe(copy)
  })

  it('keeps name and message of an error', () => {
    const copy = through(new RangeError('too far'))
    expect(copy).toBeInstanceOf(RangeError)
    expect(copy.message).toBe('too far')
  })

  it('refuses functions as Electron does', () => {
    expect(() => encode({ call: () => 1 })).toThrow('An object could not be cloned.')
  })

  it('works as source text, as pages receive it', () => {
    const rebuilt = new Function(`return (${cloneCodec})()`)()
    expect(rebuilt.decode(encode([1, new Date(5)]))).toEqual([1, new Date(5)])
  })
})
