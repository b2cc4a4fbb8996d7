import { describe, expect, test } from 'vitest'
import { denseDesign } from '../compute/design'
import type { Covariate, PreparedScreen } from '../screen/screen'
import { cellCovariates, covariateNotices } from './covariates'
import { smallScreen } from './smallScreen'

const small = smallScreen()

/** A column with the value that each cell has; an empty one is missing. */
function labels(valueOf: (cell: number) => string): Covariate {
  const values = small.barcodes.map((_, cell) => valueOf(cell))
  const levels = [...new Set(values)].filter((value) => value !== '').sort()
  return { kind: 'text', levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) }
}

function screenWith(column: Covariate, changes: Partial<PreparedScreen> = {}): PreparedScreen {
  const day: Covariate = {
    kind: 'number',
    values: Float64Array.from(small.barcodes, (_, cell) => (cell % 3 === 0 ? 7 : 2)),
  }
  return { ...small, covariates: { column, day }, ...changes }
}

const perturbationOf = (cell: number): string =>
  ['control', 'A', 'B', 'C', 'D'][small.perturbationOfCell[cell] + 1]
const replicate = labels((cell) => `r${1 + (cell % 3)}`)

describe('the covariates of cells', () => {
  test('are one level of each column, those of the second after those of the first', () => {
    const { levels, ofCells } = cellCovariates(screenWith(replicate), ['column', 'day'])
    expect(levels).toBe(5)
    const dense = ofCells && [...denseDesign(ofCells, levels)]
    expect(dense?.slice(0, 10)).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 1, 0])
    expect(dense?.reduce((sum, value) => sum + value, 0)).toBe(2 * 60)
  })

  test('are counted once where a column is named twice, and none where none is named', () => {
    expect(cellCovariates(screenWith(replicate), ['column', 'column']).levels).toBe(3)
    expect(cellCovariates(screenWith(replicate), [])).toEqual({ levels: 0, ofCells: null })
  })

  test('leave levels of the file that no cell has any more out', () => {
    const column: Covariate = {
      kind: 'text',
      levels: ['gone', 'r1', 'r2'],
      codes: Int32Array.from(small.barcodes, (_, cell) => 1 + (cell % 2)),
    }
    expect(cellCovariates(screenWith(column), ['column']).levels).toBe(2)
  })

  test.each([
    [
      'missing values',
      labels((cell) => (cell === 4 ? '' : `r${cell % 2}`)),
      'covariate/missingValues',
      '1 cell of 60',
    ],
    ['one level', labels(() => 'all'), 'covariate/oneLevel', 'all'],
    ['a level for each cell', labels((cell) => `c${cell}`), 'covariate/untrainedLevel', 'c'],
    [
      'a level in held-out cells alone',
      labels((cell) => (perturbationOf(cell) === 'D' ? 'late' : `r${cell % 2}`)),
      'covariate/untrainedLevel',
      '"late" of the column "column"',
    ],
    [
      'a level that tells perturbed cells from control',
      labels((cell) => (perturbationOf(cell) === 'control' ? 'c' : 'p')),
      'covariate/confounded',
      'from control',
    ],
  ])('are refused for %s', (_name, column, code, message) => {
    expect(() => cellCovariates(screenWith(column), ['column'])).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message) as string,
        where: 'covariates',
      }) as Error,
    )
  })

  test('are refused for more levels than can be learnt', () => {
    const many = smallScreen(240)
    const codes = Int32Array.from(many.barcodes, (_, cell) => cell % 51)
    const column: Covariate = {
      kind: 'text',
      levels: Array.from({ length: 51 }, (_, level) => `l${level}`),
      codes,
    }
    const splitOfCell = many.splitOfCell.map(() => 'train' as const)
    expect(() => cellCovariates({ ...many, splitOfCell, covariates: { column } }, ['column'])).toThrow(
      expect.objectContaining({ code: 'covariate/tooManyLevels' }) as Error,
    )
  })

  test('are refused for a column that is not there, or holds measurements', () => {
    const screen = screenWith({
      kind: 'number',
      values: Float64Array.from(small.barcodes, (_, cell) => cell / 7),
    })
    expect(() => cellCovariates(screen, ['column'])).toThrow(
      expect.objectContaining({ code: 'recipe/columnOfMeasurements', where: 'covariates' }) as Error,
    )
    expect(() => cellCovariates(screen, ['Day'])).toThrow(
      expect.objectContaining({ code: 'recipe/unknownColumn', where: 'covariates' }) as Error,
    )
  })

  test('are told to be confounded where some perturbations are, and not where others join them', () => {
    const apart = labels((cell) => (perturbationOf(cell) === 'C' ? 'late' : `r${cell % 2}`))
    const [notice, ...others] = covariateNotices(screenWith(apart), ['column', 'day'])
    expect(notice).toContain('C share no level of the column "column" with control cells')
    expect(others).toEqual([])
    // C is with B in the late batch, and B with control in the first.
    const joined = labels((cell) =>
      perturbationOf(cell) === 'C' || (perturbationOf(cell) === 'B' && cell % 2 === 0) ? 'late' : 'first',
    )
    const cellsOfB = small.barcodes.flatMap((_, cell) => (perturbationOf(cell) === 'B' ? [cell % 2] : []))
    expect(new Set(cellsOfB).size).toBe(2)
    expect(covariateNotices(screenWith(joined), ['column'])).toEqual([])
  })

  test('need no control cells', () => {
    const perturbationOfCell = small.perturbationOfCell.map((perturbation) => Math.max(perturbation, 0))
    expect(cellCovariates(screenWith(replicate, { perturbationOfCell }), ['column']).levels).toBe(3)
    const own = labels((cell) => `of ${perturbationOfCell[cell]}`)
    const splitOfCell = small.splitOfCell.map(() => 'train' as const)
    expect(() => cellCovariates(screenWith(own, { perturbationOfCell, splitOfCell }), ['column'])).toThrow(
      expect.objectContaining({
        code: 'covariate/confounded',
        message: expect.stringContaining('each other') as string,
      }) as Error,
    )
  })

  describe('of two columns', () => {
    const both = (first: Covariate, second: Covariate) =>
      screenWith(first, { covariates: { batch: first, lane: second, replicate } })
    const perturbed = (cell: number): boolean => perturbationOf(cell) !== 'control'

    test('are refused where their levels add up to the perturbation, and the columns are named', () => {
      // The number of the lane less that of the batch is one in control cells and zero in perturbed ones.
      const batch = labels((cell) => `b${cell % 2}`)
      const lane = labels((cell) => `l${(cell % 2) + (perturbed(cell) ? 0 : 1)}`)
      const screen = both(batch, lane)
      expect(cellCovariates(screen, ['batch']).levels).toBe(2)
      expect(cellCovariates(screen, ['lane', 'replicate']).levels).toBe(5)
      expect(() => cellCovariates(screen, ['batch', 'replicate', 'lane'])).toThrow(
        expect.objectContaining({
          code: 'covariate/confounded',
          message: expect.stringContaining(
            'The columns "batch" and "lane" together tell the perturbations from control',
          ) as string,
          where: 'covariates',
        }) as Error,
      )
    })

    test('are told to be confounded with one perturbation only', () => {
      const batch = labels((cell) => `b${cell % 2}`)
      const lane = labels((cell) => `l${(cell % 2) + (perturbationOf(cell) === 'C' ? 1 : 0)}`)
      const screen = both(batch, lane)
      expect(covariateNotices(screen, ['batch'])).toEqual([])
      expect(covariateNotices(screen, ['lane'])).toEqual([])
      expect(covariateNotices(screen, ['replicate', 'lane', 'batch'])).toEqual([
        'The columns "lane" and "batch" together tell C from control: what they explain cannot be told from its effect.',
      ])
    })

    test('may depend on each other, but not on perturbations', () => {
      const batch = labels((cell) => `b${cell % 2}`)
      const copy = labels((cell) => `again ${cell % 2}`)
      expect(cellCovariates(both(batch, copy), ['batch', 'lane']).levels).toBe(4)
      expect(covariateNotices(both(batch, copy), ['batch', 'lane', 'replicate'])).toEqual([])
    })
  })
})
