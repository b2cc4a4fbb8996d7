import { describe, expect, test } from 'vitest'
import type { RunResults } from '../formats/resultsFile'
import { RandomStream } from '../numerics/random'
import { denseScreen } from '../screen/fixtures/denseScreen'
import type { Covariate } from '../screen/screen'
import { observedShifts } from './observedShifts'

type Labelled = readonly (readonly [label: string | null, batch: string, latent: number])[]

/** One latent; an empty batch is missing. */
function resultsOf(cells: Labelled): Pick<RunResults, 'screen' | 'latents' | 'latentMeans'> {
  const levels = [...new Set(cells.map(([, batch]) => batch))].filter((batch) => batch !== '')
  const batch: Covariate = {
    kind: 'text',
    levels,
    codes: Int32Array.from(cells, ([, level]) => levels.indexOf(level)),
  }
  const screen = denseScreen(
    cells.map(() => [1]),
    cells.map(([label]) => label),
  )
  return {
    screen: {
      ...screen,
      covariates: { batch, score: { kind: 'number', values: Float64Array.from(cells, ([, , z]) => z) } },
      splitOfCell: cells.map(() => 'train'),
      heldOut: screen.perturbations.map(() => false),
    },
    latents: ['z1'],
    latentMeans: Float32Array.from(cells, ([, , latent]) => latent),
  }
}

const unbalanced: Labelled = [
  [null, 'one', 1],
  [null, 'one', 3],
  [null, 'two', 11],
  [null, 'two', 13],
  [null, 'two', 15],
  ['A', 'one', 3],
  ['A', 'two', 14],
  ['A', 'two', 16],
  ['A', 'two', 18],
  ['B', 'three', 5],
]

describe('observed shifts', () => {
  test('are differences of means to control, with the standard error of two samples of unequal variance', () => {
    const { shift, standardError, cells } = observedShifts(resultsOf(unbalanced), [])
    const [own, control] = [
      [3, 14, 16, 18],
      [1, 3, 11, 13, 15],
    ]
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = (values: number[]) =>
      values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1)
    expect(shift[0]).toBeCloseTo(mean(own) - mean(control), 5)
    expect(standardError[0]).toBeCloseTo(Math.sqrt(variance(own) / 4 + variance(control) / 5), 5)
    // A single cell has a place but no spread.
    expect(shift[1]).toBeCloseTo(5 - mean(control), 5)
    expect(standardError[1]).toBeNaN()
    expect([...cells]).toEqual([4, 1])
  })

  test('within levels equal the coefficient of a least-squares fit on perturbation and level', () => {
    const { shift, standardError, cells, within } = observedShifts(resultsOf(unbalanced), ['batch'])
    // lm(z ~ batch + A) on the cells of A and control: weights 2/3 and 9/6 of the differences 1 and 3.
    const [one, two] = [2 / 3, 9 / 6]
    expect(shift[0]).toBeCloseTo((one * 1 + two * 3) / (one + two), 5)
    const [ofOwn, ofControl] = [8 / 2, (2 + 8) / 3]
    const error = Math.sqrt(one ** 2 * (ofOwn + ofControl / 2) + two ** 2 * (ofOwn / 3 + ofControl / 3))
    expect(standardError[0]).toBeCloseTo(error / (one + two), 5)
    // No control cell in the batch of B: nothing to compare with.
    expect(shift[1]).toBeNaN()
    expect([...cells]).toEqual([4, 0])
    expect(within).toEqual(['batch'])
  })

  test('leave out cells without a level', () => {
    const missing = unbalanced.map(([label, batch, z]) => [label, z === 18 ? '' : batch, z] as const)
    expect([...observedShifts(resultsOf(missing), ['batch']).cells]).toEqual([3, 0])
  })

  test('are against all other cells without controls', () => {
    const cells: Labelled = [
      ['A', 'one', 1],
      ['A', 'one', 2],
      ['B', 'one', 5],
      ['C', 'one', 6],
    ]
    const { shift } = observedShifts(resultsOf(cells), [])
    expect(shift[0]).toBeCloseTo(1.5 - 5.5, 6)
    expect(shift[1]).toBeCloseTo(5 - 3, 6)
  })

  test('have an error of zero, not of rounding, where cells are equal', () => {
    const cells = ['A', 'A', 'A', null, null].map((label) => [label, 'one', 0.1] as const)
    const { shift, standardError } = observedShifts(resultsOf(cells), [])
    expect(shift[0]).toBeCloseTo(0, 12)
    expect(standardError[0]).toBe(0)
  })

  test('lie within two standard errors of the truth about 95 times in 100, where batches differ', () => {
    const stream = new RandomStream(3, 'simulation')
    const screens = 200
    let covered = 0
    for (let screen = 0; screen < screens; screen++) {
      const cells = Array.from({ length: 80 }, (_, cell) => {
        const own = cell % 4 === 0
        // The perturbation is frequent in the batch that lies far away.
        const far = stream.nextUniform() < (own ? 0.8 : 0.3)
        const noise = Math.sqrt(12) * (stream.nextUniform() - 0.5)
        return [own ? 'A' : null, far ? 'far' : 'near', (own ? 0.7 : 0) + (far ? 5 : 0) + noise] as const
      })
      const { shift, standardError } = observedShifts(resultsOf(cells), ['batch'])
      if (Math.abs(shift[0] - 0.7) < 2 * standardError[0]) covered += 1
    }
    expect(covered / screens).toBeGreaterThan(0.9)
    expect(covered / screens).toBeLessThan(0.99)
  })

  test.each([
    ['none', 'recipe/unknownColumn'],
    ['score', 'recipe/columnOfMeasurements'],
  ])('refuse the column "%s"', (column, code) => {
    const cells = unbalanced.map(([label, batch, z]) => [label, batch, z + 0.5] as const)
    expect(() => observedShifts(resultsOf(cells), [column])).toThrow(expect.objectContaining({ code }))
  })

  test('take whole numbers as labels', () => {
    expect([...observedShifts(resultsOf(unbalanced), ['score']).cells]).toEqual([1, 0])
  })
})
