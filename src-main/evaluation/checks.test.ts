import { expect, test } from 'vitest'
import { requireTruth } from './checks'

test('a metric against the truth says so when a screen has none', () => {
  expect(requireTruth({ latents: 3 }, 'The MCC')).toEqual({ latents: 3 })
  expect(() => requireTruth(undefined, 'The MCC')).toThrow(
    expect.objectContaining({ code: 'evaluation/noGroundTruth' }),
  )
})
