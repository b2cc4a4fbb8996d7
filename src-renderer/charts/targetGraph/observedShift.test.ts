import { expect, it } from 'vitest'
import { exampleGraph } from './fixtures/exampleGraph'
import { observedAt, observedText } from './observedShift'

it('is found beside the prior shift, where cells could be compared', () => {
  expect(observedAt(exampleGraph, { perturbation: 0, latent: 1 })).toEqual({
    shift: 0.25,
    standardError: 0.2,
  })
  expect(observedAt(exampleGraph, { perturbation: 2, latent: 0 })).toBeNull()
  expect(observedAt({ ...exampleGraph, observed: null }, { perturbation: 0, latent: 0 })).toBeNull()
})

it('is written with its standard error where there is one', () => {
  expect(observedText({ shift: -0.25, standardError: 0.1 })).toBe('−0.25 ± 0.10')
  expect(observedText({ shift: 1, standardError: null })).toBe('+1.00')
  expect(observedText(null)).toBe('–')
})
