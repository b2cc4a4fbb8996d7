import { offeredColumnsSchema } from '@contract/columns'
import { describe, expect, test } from 'vitest'
import type { Covariate } from '../screen/screen'
import { offeredColumns } from './offeredColumns'
import { smallScreen } from './smallScreen'

const small = smallScreen()

function labels(valueOf: (cell: number) => string): Covariate {
  const values = small.barcodes.map((_, cell) => valueOf(cell))
  const levels = [...new Set(values)].sort()
  return { kind: 'text', levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) }
}

const perturbationOf = (cell: number): number => small.perturbationOfCell[cell]
const screen = {
  ...small,
  covariates: {
    batch: labels((cell) => `b${cell % 2}`),
    species: labels(() => 'human'),
    score: { kind: 'number' as const, values: Float64Array.from(small.barcodes, (_, cell) => cell / 7) },
    group: labels((cell) => (perturbationOf(cell) < 0 ? 'control' : 'perturbed')),
    late: labels((cell) => (perturbationOf(cell) === 2 ? 'late' : `early ${cell % 2}`)),
  },
}

describe('the columns that are offered', () => {
  const { columns } = offeredColumnsSchema.parse(offeredColumns(screen, []))

  test('say how many levels they have', () => {
    expect(columns.map(({ name, levels }) => [name, levels])).toEqual([
      ['batch', 2],
      ['species', 1],
      ['score', null],
      ['group', 2],
      ['late', 3],
    ])
  })

  test('say what they cannot be chosen for, and why', () => {
    const of = (name: string) => columns.find((column) => column.name === name)
    expect(of('batch')).toMatchObject({ notAsCovariate: null, notToCompareWithin: null })
    expect(of('species')?.notAsCovariate).toContain('same value')
    expect(of('species')?.notToCompareWithin).toContain('same value')
    expect(of('score')?.notAsCovariate).toContain('measurements')
    expect(of('score')?.notToCompareWithin).toContain('measurements')
    expect(of('group')?.notAsCovariate).toContain('tells the perturbations from control')
    expect(of('group')?.notToCompareWithin).toContain('No level of the column "group"')
    expect(of('late')).toMatchObject({ notAsCovariate: null, notToCompareWithin: null })
  })
})

test('what there is to say of chosen columns together is told', () => {
  expect(offeredColumns(screen, ['batch', 'late']).together).toMatchObject({
    problem: null,
    notices: [expect.stringContaining('share no level of the column "late"')],
  })
  expect(offeredColumns(screen, ['batch', 'gone']).together).toMatchObject({
    problem: expect.stringContaining('no column "gone"') as string,
    notices: [],
  })
})
