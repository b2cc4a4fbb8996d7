import { expect, it } from 'vitest'
import { evaluationSchema } from '@contract/evaluation'
import { evaluationLines } from './commands/evaluate'

const estimate = (value: number, standardError: number | null = 0.25) => ({ value, standardError })

it('shows every held-out perturbation before and after, and why a part is missing', () => {
  const both = { before: estimate(320), after: estimate(315.5, null) }
  const sizes = { median: 40, smallest: 1.5 }
  const evaluation = evaluationSchema.parse({
    schemaVersion: 1,
    run: 'svae-plus-1',
    model: 'svae-plus',
    createdAt: '2026-01-02T03:04:05.000Z',
    holdOut: { rule: 'list', perturbations: ['STAT1'] },
    validationNegativeElbo: 310.25,
    transfer: {
      particles: 1,
      epochs: { fixedMask: 3, shifts: 3 },
      perturbations: [{ name: 'STAT1', cells: 1200, ...both }],
      mean: both,
      sumOverCells: both,
      effectiveSampleSize: { before: sizes, after: sizes },
    },
    recovery: null,
    graph: null,
    refined: {
      negativeElbo: { before: 310.5, after: 304.25 },
      recovery: {
        trueLatents: 5,
        trainingCells: { pearson: 0.95, spearman: 0.875, rSquared: 0.9, cells: 4000 },
        heldOutCells: null,
      },
    },
    missing: [{ part: 'graph', reason: 'The screen is a real one.' }],
  })
  const text = evaluationLines(evaluation).join('\n')
  expect(text).toContain('validation negative ELBO 310.25 nats per cell')
  expect(text).toMatch(/STAT1 +1,200 +320\.00 ± 0\.25 +315\.50$/m)
  expect(text).toContain('median 40, smallest 1.5')
  expect(text).toContain('true graph: n/a. The screen is a real one.')
  expect(text).toContain('refined with the label of each cell (negative ELBO 310.50 to 304.25 nats per cell)')
  expect(text.match(/MCC/g)).toHaveLength(1)
  expect(text).toContain(
    'true latents on 4,000 training cells: MCC 0.950 (Pearson), 0.875 (Spearman), R² 0.900',
  )
})
