import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Executor, ParticleRequest, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import golden from '../golden/iwelbo.json'
import modelFile from '../golden/model_svaeplus_bn.json'
import { goldenModelSchema, goldenState, sparse } from '../models/goldenModel'
import { publishedForm, svaePlus } from '../models/svaePlus'
import { LogMeanExp } from '../numerics/logMeanExp'
import { controlCell } from '../screen/screen'
import { importanceWeightedLikelihood } from './importanceWeightedLikelihood'

const goldenModel = goldenModelSchema.parse(modelFile)
const { cells, genes, latents } = goldenModel.dims
const arraySchema = z.object({ shape: z.array(z.number()), data: z.array(z.number()) })
const { particles, cases } = z
  .object({
    particles: z.number(),
    cases: z.array(
      z.object({
        frozen_mask: z.boolean(),
        eps: arraySchema,
        noise: arraySchema.nullable(),
        mu: arraySchema,
        mask: arraySchema.nullable(),
        log_weights: arraySchema,
        iwelbo_per_cell: arraySchema,
        mean_per_perturbation: z.array(z.number()),
        mean_of_perturbation_means: z.number(),
        sum_over_cells: z.number(),
      }),
    ),
  })
  .parse(golden)
type GoldenCase = (typeof cases)[number]

const perturbationOfCell = goldenModel.y.data
const observed = { counts: sparse(goldenModel.x.data, genes), covariates: null }
const allCells = Uint32Array.from({ length: cells }, (_, cell) => cell)
const executors = ['graph executor', 'kernels on one thread', 'kernels without relaxed SIMD'] as const
const opened: Session[] = []
let executorsByName: Record<(typeof executors)[number], Executor>

function open(
  name: (typeof executors)[number],
  shift?: readonly number[],
  mask?: readonly number[],
): Session {
  const { dims, alpha, beta, n_obs: trainingCells } = goldenModel
  const model = svaePlus(
    { ...dims, contentLatents: 0, covariateLevels: 0, batchNorm: true, residual: false, dropout: 0 },
    { ...publishedForm, alpha, beta, trainingCells, ...(mask ? { mask: 'fixed' } : {}) },
  )
  const state = goldenState(goldenModel, model)
  const parameters = {
    ...state.parameters,
    ...(shift ? { 'mechanism.shift': Float32Array.from(shift) } : {}),
    ...(mask ? { 'mechanism.fixedMask': Float32Array.from(mask) } : {}),
  }
  const session = executorsByName[name].open(model, { ...state, parameters })
  opened.push(session)
  return session
}

/** particles × cells × latents → cells × particles × latents. */
function cellByCell({ data }: z.infer<typeof arraySchema>): Float32Array {
  const values = new Float32Array(data.length)
  for (let particle = 0, from = 0; particle < particles; particle++) {
    for (let cell = 0; cell < cells; cell++, from += latents) {
      values.set(data.slice(from, from + latents), (cell * particles + particle) * latents)
    }
  }
  return values
}

/** The prior of every golden cell: shift of its perturbation, log-odds of its edges. */
function priorOf({ mu }: GoldenCase, edgeLogits: readonly number[]) {
  const rowsOf = (values: readonly number[]): Float32Array =>
    Float32Array.from(
      perturbationOfCell.flatMap((row) => [...values.slice(row * latents, (row + 1) * latents)]),
    )
  return { shifts: rowsOf(mu.data), edgeLogits: rowsOf(edgeLogits) }
}

async function weightsOf(session: Session, request: ParticleRequest): Promise<number[][]> {
  const weights: number[][] = Array.from({ length: request.counts.cells }, () => [])
  for await (const { cell, logWeights } of session.logWeights(request)) weights[cell].push(...logWeights)
  return weights
}

beforeAll(async () => {
  executorsByName = {
    'graph executor': await graphExecutor(startCpu),
    'kernels on one thread': fusedExecutor({ threads: 1 }),
    'kernels without relaxed SIMD': fusedExecutor({ threads: 3, build: 'plain' }),
  }
})

afterAll(() => {
  for (const session of opened) session.close()
})

describe.each(executors)('on the %s', (executor) => {
  test.each(cases)('particles weigh what the golden ones do, frozen mask: $frozen_mask', async (file) => {
    const session = open(executor)
    const edges = file.mask
      ? file.mask.data.map((present) => (present > 0 ? Infinity : -Infinity))
      : goldenModel.params.log_alpha.data
    const { shifts, edgeLogits } = priorOf(file, edges)
    const normals = cellByCell(file.eps)
    const logistics = file.noise ? cellByCell(file.noise) : new Float32Array(normals.length)
    const noise = { kind: 'given', normals, logistics } as const
    const weights = await weightsOf(session, { ...observed, shifts, edgeLogits, particles, noise })
    weights.forEach((ofCell, cell) => {
      expect(ofCell).toHaveLength(particles)
      const mean = new LogMeanExp()
      mean.add(ofCell)
      const expected = file.iwelbo_per_cell.data[cell]
      expect(Math.abs(mean.result().logMean / expected - 1)).toBeLessThan(2e-6)
      ofCell.forEach((weight, particle) => {
        expect(Math.abs(weight / file.log_weights.data[particle * cells + cell] - 1)).toBeLessThan(1e-5)
      })
    })
  })

  test('draws depend on seed and cell alone, and neither on the number of particles nor on other cells', async () => {
    const session = open(executor)
    const { shifts, edgeLogits } = priorOf(cases[0], goldenModel.params.log_alpha.data)
    const drawn = (seed: number, many: number, streams: readonly number[]): Promise<number[][]> =>
      weightsOf(session, {
        ...{ ...observed, shifts, edgeLogits, particles: many },
        noise: { kind: 'drawn', seed, streams },
      })
    const few = await drawn(3, 41, [0, 1, 2, 3, 4, 5])
    const many = await drawn(3, 300, [9, 1, 9, 3, 9, 9])
    expect(many[1].slice(0, 41)).toEqual(few[1])
    expect(many[3].slice(0, 41)).toEqual(few[3])
    expect(many[0][0]).not.toBe(few[0][0])
    expect(new Set(many[5]).size).toBeGreaterThan(290)
    expect(await drawn(3, 41, [0, 1, 2, 3, 4, 5])).toEqual(few)
    expect((await drawn(4, 41, [0, 1, 2, 3, 4, 5]))[0][0]).not.toBe(few[0][0])
  })

  test('a cell is weighed under the shifts and edges of its perturbation', async () => {
    const session = open(executor, cases[0].mu.data)
    const { shifts, edgeLogits } = priorOf(cases[0], goldenModel.params.log_alpha.data)
    const noise = { kind: 'drawn', seed: 5, streams: [0, 1, 2, 3, 4, 5] } as const
    const weights = await weightsOf(session, { ...observed, shifts, edgeLogits, particles: 64, noise })
    const data = { ...observed, perturbationOfCell, cells: allCells }
    const result = await importanceWeightedLikelihood(session, data, { particles: 64, seed: 5 })
    weights.forEach((ofCell, cell) => {
      const mean = new LogMeanExp()
      mean.add(ofCell)
      const expected = mean.result()
      expect(result.logLikelihood[cell]).toBeCloseTo(expected.logMean, 6)
      expect(result.effectiveSampleSize[cell]).toBeCloseTo(expected.effectiveSampleSize, 4)
    })
  })

  test('sums and means follow from the cells, by both conventions', async () => {
    const session = open(executor, cases[1].mu.data, cases[1].mask?.data)
    const labels = [...perturbationOfCell.slice(0, 5), controlCell]
    const data = { ...observed, perturbationOfCell: labels, cells: allCells }
    const result = await importanceWeightedLikelihood(session, data, { particles: 200, seed: 1 })
    const { logLikelihood, standardError } = result
    expect(result.perPerturbation.map(({ perturbation }) => perturbation)).toEqual([-1, 0, 1, 2, 3])
    const second = result.perPerturbation[3]
    const of = labels.flatMap((label, cell) => (label === 2 ? [cell] : []))
    expect(second.cells).toBe(of.length)
    expect(second.mean.value).toBeCloseTo(
      of.reduce((sum, cell) => sum + logLikelihood[cell], 0) / of.length,
      9,
    )
    expect(result.sumOverCells.value).toBeCloseTo(
      logLikelihood.reduce((sum, value) => sum + value, 0),
      9,
    )
    expect(result.sumOverCells.standardError).toBeCloseTo(Math.hypot(...standardError), 9)
    expect(result.meanOverPerturbations.value).toBeCloseTo(
      result.perPerturbation.reduce((sum, { mean }) => sum + mean.value, 0) / 5,
      9,
    )
    for (const size of result.effectiveSampleSize) {
      expect(size).toBeGreaterThanOrEqual(1)
      expect(size).toBeLessThanOrEqual(200)
    }
    const alone = await importanceWeightedLikelihood(
      session,
      { ...data, cells: Uint32Array.of(4) },
      { particles: 200, seed: 1 },
    )
    expect(alone.logLikelihood[0]).toBe(logLikelihood[4])
  })

  test('stops when it is told to', async () => {
    const session = open(executor)
    const controller = new AbortController()
    const fractions: (number | null)[] = []
    const work = importanceWeightedLikelihood(
      session,
      { ...observed, perturbationOfCell, cells: allCells },
      {
        ...{ particles: 100_000_000, seed: 1, signal: controller.signal },
        onProgress: (fraction) => {
          fractions.push(fraction)
          controller.abort(new Error('enough'))
        },
      },
    )
    await expect(work).rejects.toThrow('enough')
    expect(fractions[0]).toBeGreaterThan(0)
  })

  test('refuses what makes no sense', async () => {
    const session = open(
      executor,
      goldenModel.params.mu.data.map(() => NaN),
    )
    const data = { ...observed, perturbationOfCell, cells: allCells }
    const withCode = (code: string): unknown => expect.objectContaining({ code })
    await expect(importanceWeightedLikelihood(session, data, { particles: 10, seed: 1 })).rejects.toEqual(
      withCode('evaluation/likelihoodNotFinite'),
    )
    await expect(importanceWeightedLikelihood(session, data, { particles: 0, seed: 1 })).rejects.toEqual(
      withCode('evaluation/particles'),
    )
    await expect(
      importanceWeightedLikelihood(session, { ...data, cells: new Uint32Array(0) }, { seed: 1 }),
    ).rejects.toEqual(withCode('evaluation/noCells'))
  })
})

test('the golden totals are those of the conventions here', () => {
  for (const file of cases) {
    const ofCells = file.iwelbo_per_cell.data
    const means = file.mean_per_perturbation.map((_, perturbation) => {
      const own = ofCells.filter((_value, cell) => perturbationOfCell[cell] === perturbation)
      return own.reduce((sum, value) => sum + value, 0) / own.length
    })
    means.forEach((mean, perturbation) =>
      expect(mean).toBeCloseTo(file.mean_per_perturbation[perturbation], 9),
    )
    expect(ofCells.reduce((sum, value) => sum + value, 0)).toBeCloseTo(file.sum_over_cells, 9)
    expect(means.reduce((sum, mean) => sum + mean, 0) / means.length).toBeCloseTo(
      file.mean_of_perturbation_means,
      9,
    )
  }
})
