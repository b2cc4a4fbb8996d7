import { describe, expect, test } from 'vitest'
import { designOf } from '../compute/design'
import type { Batch, ModelState, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import type { NamedTensors } from '../compute/model'
import { sparse } from '../models/goldenModel'
import { RandomStream } from '../numerics/random'
import { startState } from './startState'
import type { BodyShape } from '../models/body'
import { vae } from '../models/vae'

const [cells, genes, latents, hidden, levels] = [6, 7, 3, 5, 4]
const body: BodyShape = {
  ...{ genes, latents, contentLatents: 0, hidden, perturbations: 1, covariateLevels: levels, layers: 2 },
  ...{ batchNorm: true, residual: false, dropout: 0 },
}
const levelsOfCells = [[0], [1], [2], [0], [1], [1]]
const executor = fusedExecutor({ threads: 1 })

function countsOf(): number[] {
  const stream = new RandomStream(3, 'simulation')
  return Array.from({ length: cells * genes }, () => Math.floor(9 * stream.nextUniform()))
}

function batchOf(values: readonly number[], width: number, covariates: Batch['covariates']): Batch {
  const noise = new RandomStream(4, 'simulation').fillNormal(new Float32Array(cells * latents))
  return {
    counts: sparse(values, width),
    covariates,
    design: designOf(levelsOfCells.map(() => [])),
    noise: { kind: 'given', tensors: { reparameterisation: noise } },
  }
}

/** Weights out × in with further columns, given as columns × out. */
function concatenated(weight: Float32Array, inputs: number, columns: Float32Array): Float32Array {
  const outputs = weight.length / inputs
  return Float32Array.from(
    Array.from({ length: outputs }, (_, unit) => [
      ...weight.subarray(unit * inputs, (unit + 1) * inputs),
      ...Array.from({ length: columns.length / outputs }, (_, column) => columns[column * outputs + unit]),
    ]).flat(),
  )
}

async function meansOf(session: Session, batch: Batch): Promise<Float32Array> {
  const means = await session.encode(batch)
  session.close()
  return means
}

describe('covariates', () => {
  const model = vae('vae', body, { beta: 1 })
  const state = startState(model, 5)

  test('start as further inputs of the first layers would', () => {
    const bounds = Object.fromEntries(
      model.parameters.flatMap(({ name, start }) =>
        start.kind === 'uniform' ? [[name, 1 / start.bound ** 2]] : [],
      ),
    )
    for (const tensor of ['layer0.weight', 'layer0.bias', 'covariates.weight']) {
      expect(bounds[`encoder.${tensor}`]).toBeCloseTo(genes + levels, 5)
      expect(bounds[`decoder.${tensor}`]).toBeCloseTo(latents + levels, 5)
    }
    expect(bounds['encoder.layer1.weight']).toBeCloseTo(hidden, 5)
  })

  test('add what the encoder gives when their levels are concatenated to its input', async () => {
    const counts = countsOf()
    const covariates = designOf(levelsOfCells)
    const wide = vae('vae', { ...body, genes: genes + levels, covariateLevels: 0 }, { beta: 1 })
    const fresh = startState(wide, 5)
    // A one-hot level enters as a count of 1, whose log(1 + count) is log 2.
    const oneHot = levelsOfCells.flatMap(([level], cell) => [
      ...counts.slice(cell * genes, (cell + 1) * genes),
      ...Array.from({ length: levels }, (_, at) => (at === level ? 1 : 0)),
    ])
    const scaled = state.parameters['encoder.covariates.weight'].map((value) => value / Math.log(2))
    const parameters: NamedTensors = {
      ...fresh.parameters,
      ...Object.fromEntries(
        Object.entries(state.parameters).filter(
          ([name]) => name.startsWith('encoder.') && name !== 'encoder.covariates.weight',
        ),
      ),
      'encoder.layer0.weight': concatenated(state.parameters['encoder.layer0.weight'], genes, scaled),
    }
    const wideState: ModelState = { ...fresh, parameters }
    const expected = await meansOf(executor.open(wide, wideState), batchOf(oneHot, genes + levels, null))
    const actual = await meansOf(executor.open(model, state), batchOf(counts, genes, covariates))
    actual.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5))
    const without = designOf(levelsOfCells.map(() => [3]))
    const moved = await meansOf(executor.open(model, state), batchOf(counts, genes, without))
    expect(Math.max(...moved.map((value, at) => Math.abs(value - actual[at])))).toBeGreaterThan(0.01)
  })

  test('leave levels without a cell in the batch without a gradient', async () => {
    const session = executor.open(model, state)
    const batch = batchOf(countsOf(), genes, designOf(levelsOfCells))
    const { gradients } = await session.inspect(batch, 1, 'training')
    session.close()
    for (const name of ['encoder.covariates.weight', 'decoder.covariates.weight']) {
      const largest = Array.from({ length: levels }, (_, level) =>
        Math.max(...gradients[name].subarray(level * hidden, (level + 1) * hidden).map(Math.abs)),
      )
      expect(largest[3]).toBe(0)
      for (const level of [0, 1, 2]) expect(largest[level]).toBeGreaterThan(0)
    }
  })

  test('are not left out unnoticed', () => {
    const session = executor.open(model, state)
    expect(() => session.encode(batchOf(countsOf(), genes, null))).toThrow('come without')
    session.close()
  })
})
