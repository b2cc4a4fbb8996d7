import { describe, expect, it } from 'vitest'
import { exampleEvaluation } from '../../features/transfer/fixtures/exampleEvaluation'
import { figureAsSvg } from '../figureExport'
import { transferOption } from './transferOption'
import { byGain, restsOnFew, transferTable } from './transferRows'

const { transfer } = exampleEvaluation()
if (!transfer) throw new Error('The example has a transfer.')

describe('held-out perturbations', () => {
  it('come with the largest gain first, the mean last', () => {
    expect(byGain(transfer).map(({ name }) => name)).toEqual(['STAT1', 'JAK2'])
    const { columns, rows } = transferTable(transfer)
    expect(columns).toHaveLength(rows[0].length)
    expect(rows).toEqual([
      ['STAT1', 60, 330, 0.1, 322, null, 8],
      ['JAK2', 40, 320, 0.1, 318, 0.1, 2],
      ['Mean', null, 325, 0.1, 320, 0.1, 5],
    ])
  })

  it('are drawn with names, axis and legend', () => {
    const svg = figureAsSvg((medium) => transferOption(transfer, medium), 700, 200)
    for (const word of ['STAT1', 'JAK2', 'Mean', 'Before', 'After', 'nats per cell'])
      expect(svg).toContain(word)
  })
})

it('doubts likelihoods that rest on few particles', () => {
  expect(restsOnFew(transfer)).toBe(false)
  const before = { median: 9, smallest: 1 }
  expect(restsOnFew({ ...transfer, effectiveSampleSize: { ...transfer.effectiveSampleSize, before } })).toBe(
    true,
  )
})
