import { describe, expect, it } from 'vitest'
import type { RankedGrid, RankedRun } from '@contract/search'
import { searchLines, searchMarkdown, settingRows } from './searchTable'
import { chooseSetting } from './settingRanking'

describe('the chosen setting', () => {
  it('has the highest ranking, and the fewest epochs among equals', () => {
    expect(chooseSetting([{ ranking: 0.2 }, { ranking: 0.5 }, { ranking: 0.5 }, { ranking: 0.4 }])).toBe(1)
  })

  it('is never one that could not be ranked', () => {
    expect(chooseSetting([{ ranking: null }, { ranking: 0 }])).toBe(1)
    expect(chooseSetting([{ ranking: null }])).toBeNull()
  })
})

describe('the table of a search', () => {
  const run = (seed: number, changes: Partial<RankedRun>): RankedRun => ({
    ...{ run: `beta-vae-${seed}`, seed, ranking: 0.5, epochs: 10, validationNegativeElbo: null },
    ...{ edges: null, pearson: null, f1: null },
    ...changes,
  })
  const grid: RankedGrid = {
    seeds: [1, 2, 3],
    settings: [
      {
        setting: { epochs: 10, alpha: null, beta: 0.5 },
        ranking: 0.25,
        runs: [
          run(1, { pearson: 0.1, validationNegativeElbo: 7 }),
          run(2, { pearson: 0.3, validationNegativeElbo: 9, epochs: 8 }),
          run(3, { pearson: 0.2, validationNegativeElbo: 100 }),
        ],
      },
      { setting: { epochs: 10, alpha: null, beta: 8 }, ranking: null, runs: [] },
    ],
    chosen: 0,
  }

  it('tells medians over runs and leaves out what no setting has', () => {
    expect(searchLines(grid)).toEqual([
      ['epochs', 'β', 'UDR', 'runs', 'epochs trained', 'negative ELBO', 'MCC', ''],
      ['10', '0.5', '0.250', '3', '10', '9.00', '0.200', 'chosen'],
      ['10', '8', '–', '0', '–', '–', '–', ''],
    ])
    expect(settingRows(grid)[0]).toEqual([10, null, 0.5, 0.25, 'yes', 3, 10, 9, null, 0.2, null])
  })

  it('says in Markdown what the figures are', () => {
    const text = searchMarkdown({
      ...{ schemaVersion: 1, model: 'beta-vae', finishedAt: '2026-01-01T00:00:00Z', screenSha256: 'x' },
      ...grid,
    })
    expect(text).toContain('| 10 | 0.5 | 0.250 | 3 | 10 | 9.00 | 0.200 | chosen |')
    expect(text).toContain('seeds 1, 2, 3')
    expect(text).toContain('Nothing is chosen by them')
  })
})
