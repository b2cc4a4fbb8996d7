import { latentSharesSchema, overshadowing } from '@contract/results'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../numerics/random'
import { denseScreen } from '../screen/fixtures/denseScreen'
import type { Covariate } from '../screen/screen'
import { latentShares, shownShares } from './latentShares'

const cells = 400
const stream = new RandomStream(8, 'simulation')
const noise = Float64Array.from({ length: cells }, () => stream.nextUniform() - 0.5)
/** Control, A and B, a third each; types and batches cut across them. */
const labels = Array.from({ length: cells }, (_, cell) => [null, 'A', 'B'][cell % 3])
const typeOf = (cell: number) => (cell >> 3) % 2
const totals = Array.from({ length: cells }, (_, cell) => 1 + ((cell * 7) % 50))

function texts(levels: readonly string[], codeOf: (cell: number) => number): Covariate {
  return { kind: 'text', levels, codes: Int32Array.from({ length: cells }, (_, cell) => codeOf(cell)) }
}

const numbers = (valueOf: (cell: number) => number): Covariate => ({
  kind: 'number',
  values: Float64Array.from({ length: cells }, (_, cell) => valueOf(cell)),
})

/** z1 follows the cell type, z2 perturbation A, z3 depth, z4 nothing. */
function found(covariates: Readonly<Record<string, Covariate>>) {
  const screen = {
    ...denseScreen(
      totals.map((total) => [total]),
      labels,
    ),
    covariates,
  }
  const latentMeans = new Float32Array(4 * cells)
  noise.forEach((value, cell) => {
    const own = [2 * typeOf(cell), labels[cell] === 'A' ? 2 : 0, 2 * Math.log(1 + totals[cell]), 0]
    latentMeans.set(
      own.map((part) => part + value),
      4 * cell,
    )
  })
  const latents = ['z1', 'z2', 'z3', 'z4']
  const shares = latentShares({ screen, latents, latentMeans, content: null })
  const shown = latentSharesSchema.parse(
    shownShares({ latents, contentLatents: [], shares }, { z1: 'Types' }),
  )
  const shareOf = (factor: string, latent: number): number =>
    shown.share[shown.factors.findIndex(({ name }) => name === factor)][latent]
  return { shown, shareOf, names: shown.factors.map(({ name }) => name) }
}

const cellType = texts(['T', 'B cell'], typeOf)

describe('shares of latents', () => {
  test('tell what a latent follows, and what calls its edges into question', () => {
    const { shown, shareOf } = found({ cell_type: cellType, score: numbers((cell) => noise[cell]) })
    // Noise has a variance of 1/12, the cell type one of 1.
    expect(shareOf('cell_type', 0)).toBeCloseTo(12 / 13, 1)
    expect(shareOf('perturbation', 1)).toBeGreaterThan(0.85)
    expect(shareOf('depth', 2)).toBeGreaterThan(0.9)
    expect(shareOf('score', 3)).toBeCloseTo(1, 6)
    for (const [factor, latent] of [
      ['cell_type', 1],
      ['perturbation', 0],
      ['depth', 3],
    ] as const) {
      expect(shareOf(factor, latent)).toBeLessThan(0.05)
    }
    expect([0, 1, 2].map((latent) => overshadowing(shown, latent)?.factor.name)).toEqual([
      'cell_type',
      undefined,
      'depth',
    ])
    expect(shown.latents[0]).toEqual({ name: 'z1', label: 'Types', content: false })
  })

  test('do not call an effect composition where labels cannot be told from the perturbation', () => {
    const guide = texts(['g1', 'g2', 'g3', 'g4', 'g5', 'g6'], (cell) => cell % 6)
    const family = texts(['none', 'kinases'], (cell) => (cell % 3 === 0 ? 0 : 1))
    const { shown } = found({ guide, family, cell_type: cellType })
    expect(shown.factors.map(({ name, nested }) => [name, nested])).toEqual([
      ['perturbation', false],
      ['depth', false],
      ['guide', true],
      ['family', true],
      ['cell_type', false],
    ])
    expect(overshadowing(shown, 1)).toBeNull()
  })

  test('leave out columns that group nothing, and cells without a level', () => {
    const batch = texts(['one', 'two'], (cell) => (cell < 20 ? -1 : cell % 2))
    const { names, shown } = found({
      constant: texts(['all'], () => 0),
      name: texts(
        labels.map((_, cell) => `cell${cell}`),
        (cell) => cell,
      ),
      batch,
      lane: numbers((cell) => 1 + (cell % 4)),
    })
    expect(names).toEqual(['perturbation', 'depth', 'batch', 'lane'])
    expect(shown.factors.map(({ kind, levels }) => [kind, levels])).toEqual([
      ['perturbation', 3],
      ['depth', null],
      ['labels', 2],
      ['labels', 4],
    ])
  })

  test('there are none in results of before they were computed', () => {
    expect(shownShares({ latents: ['z1'], contentLatents: [], shares: null }, {})).toBeNull()
  })
})
