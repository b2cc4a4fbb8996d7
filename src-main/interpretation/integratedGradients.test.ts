import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ObservedCells, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import golden from '../golden/integrated_gradients.json'
import modelFile from '../golden/model_svaeplus_bn.json'
import { goldenModelSchema, goldenState, sparse } from '../models/goldenModel'
import { publishedForm, svaePlus } from '../models/svaePlus'
import { geneScores } from './geneScores'
import { defaultAttribution, integratedGradients } from './integratedGradients'

const goldenModel = goldenModelSchema.parse(modelFile)
const { cells, genes, latents } = goldenModel.dims
const rules = [
  ['right', 'right'],
  ['midpoint', 'midpoint'],
  ['gauss_legendre', 'gaussLegendre'],
] as const
const paths = [
  ['counts', 'counts'],
  ['log1p', 'logCounts'],
] as const
const executors = ['graph executor', 'kernels on one thread', 'kernels on three threads'] as const
const sessions = new Map<string, Session>()

function sessionOf(name: string): Session {
  const session = sessions.get(name)
  if (!session) throw new Error(`No session on the ${name}.`)
  return session
}

function cellsOf(first: number, end: number): ObservedCells {
  return { counts: sparse(golden.x.data.slice(first * genes, end * genes), genes), covariates: null }
}

beforeAll(async () => {
  const { dims, alpha, beta, n_obs: trainingCells } = goldenModel
  const model = svaePlus(
    { ...dims, contentLatents: 0, covariateLevels: 0, batchNorm: true, residual: false, dropout: 0 },
    { ...publishedForm, alpha, beta, trainingCells },
  )
  const state = goldenState(goldenModel, model)
  sessions.set('graph executor', (await graphExecutor(startCpu)).open(model, state))
  sessions.set('kernels on one thread', fusedExecutor({ threads: 1 }).open(model, state))
  sessions.set('kernels on three threads', fusedExecutor({ threads: 3 }).open(model, state))
})

afterAll(() => {
  for (const session of sessions.values()) session.close()
})

describe.each(executors)('on the %s', (executor) => {
  describe.each(rules)('integrated gradients by the %s rule', (goldenRule, rule) => {
    test.each(paths)('along the path in %s space, cell by cell', async (goldenPath, path) => {
      const expected = golden.results[`${goldenPath}_${goldenRule}`].attributions
      const largest = Math.max(...expected.data.map(Math.abs))
      for (let cell = 0; cell < cells; cell++) {
        const options = { path, rule, steps: golden.steps }
        const actual = await integratedGradients(sessionOf(executor), cellsOf(cell, cell + 1), options)
        expect(actual).toHaveLength(genes * latents)
        actual.forEach((value, at) => {
          const [gene, latent] = [Math.floor(at / latents), at % latents]
          const reference = expected.data[(latent * cells + cell) * genes + gene]
          expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-4 * Math.abs(reference) + 1e-5 * largest)
        })
      }
    })
  })

  test('by default they sum over genes and cells to the difference that the counts make', async () => {
    const differences = golden.results.log1p_f_x_minus_f_0.data
    const attributions = await integratedGradients(sessionOf(executor), cellsOf(0, cells), defaultAttribution)
    for (let latent = 0; latent < latents; latent++) {
      const sum = attributions.reduce((total, part, at) => total + (at % latents === latent ? part : 0), 0)
      const ofLatent = differences.slice(latent * cells, (latent + 1) * cells)
      const expected = ofLatent.reduce((total, difference) => total + difference, 0)
      expect(Math.abs(sum - expected)).toBeLessThan(0.02 * Math.max(...ofLatent.map(Math.abs)) * cells)
    }
  })

  test('gene scores are means over cells, however the cells are cut into parts', async () => {
    const [expected, session] = [golden.results.counts_midpoint.attributions.data, sessionOf(executor)]
    // More points than are computed at a time: the cells, over and over.
    const all = cellsOf(0, cells)
    const many = Uint32Array.from({ length: 20 * cells }, (_, index) => index % cells)
    const options = { path: 'counts', rule: 'midpoint', steps: golden.steps } as const
    const fractions: (number | null)[] = []
    const onProgress = (fraction: number | null): number => fractions.push(fraction)
    const scores = await geneScores(session, all, many, 1, { onProgress }, options)
    expect(fractions.length).toBeGreaterThan(1)
    for (let gene = 0; gene < genes; gene++) {
      for (let latent = 0; latent < latents; latent++) {
        const ofCells = Array.from({ length: cells }, (_, cell) => (latent * cells + cell) * genes + gene)
        const mean = ofCells.reduce((sum, at) => sum + expected[at], 0) / cells
        expect(scores[gene * latents + latent]).toBeCloseTo(mean, 4)
      }
    }
  })

  test('gene scores stop when they are told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(
      geneScores(sessionOf(executor), cellsOf(0, cells), Uint32Array.of(0), 1, { signal }),
    ).rejects.toThrow('enough')
  })
})
