import { modelRecipeSchema } from '@contract/recipe'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Executor, ModelState } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import type { Model } from '../compute/model'
import { publishedBody } from '../models/body'
import { createModel } from '../models/createModel'
import { maskLogitTensor, shiftTensor } from '../models/maskedShift'
import { vae } from '../models/vae'
import { controlCell } from '../screen/screen'
import { smallScreen } from '../training/smallScreen'
import { startState } from '../training/startState'
import {
  importanceWeightedLikelihood,
  type ImportanceWeightedLikelihood,
} from './importanceWeightedLikelihood'

const { counts, perturbationOfCell } = smallScreen()
// Controls, perturbations and a held-out one.
const cells = Uint32Array.of(0, 1, 5, 9, 13, 30)
const size = { genes: counts.genes, perturbations: 4, covariateLevels: 0, trainingCells: 40 }
const body = { ...publishedBody, ...size, latents: 3, contentLatents: 0, hidden: 9, dropout: 0 }

function created(recipe: object): Model {
  return createModel(modelRecipeSchema.parse({ latents: 3, hidden: 9, ...recipe }), size)
}

async function likelihood(
  executor: Executor,
  model: Model,
  state: ModelState,
  particles = 33,
): Promise<ImportanceWeightedLikelihood> {
  const session = executor.open(model, state)
  try {
    const data = { counts, covariates: null, perturbationOfCell, parts: [[0], [1], [2], [3]], cells }
    return await importanceWeightedLikelihood(session, data, { particles, seed: 4 })
  } finally {
    session.close()
  }
}

function expectNear(actual: Float64Array, expected: Float64Array, relative: number): void {
  expect(actual).toHaveLength(expected.length)
  expected.forEach((value, at) => {
    expect(Math.abs(actual[at] - value)).toBeLessThan(relative * Math.abs(value))
  })
}

const kernels = fusedExecutor({ threads: 2 })
let graph: Executor

/** Kernels and tfjs give the same; the figures of tfjs. */
async function expectAgreement(
  model: Model,
  state: ModelState,
  particles?: number,
): Promise<ImportanceWeightedLikelihood> {
  const ours = await likelihood(kernels, model, state, particles)
  const theirs = await likelihood(graph, model, state, particles)
  expectNear(ours.logLikelihood, theirs.logLikelihood, 1e-5)
  expectNear(ours.standardError, theirs.standardError, 1e-3)
  expectNear(ours.effectiveSampleSize, theirs.effectiveSampleSize, 1e-3)
  return theirs
}

beforeAll(async () => {
  graph = await graphExecutor(startCpu)
})

describe('importance weights are on kernels what they are on tfjs', () => {
  test('under the prior of the VAE, which is that of control cells', async () => {
    const model = created({ model: 'vae' })
    // More than a block of either executor has.
    await expectAgreement(model, startState(model, 3), 301)
  })

  test.each([
    ['iVAE of the code', { model: 'ivae' }],
    ['iVAE of the paper', { model: 'ivae', form: 'paper' }],
    ['sVAE+', { model: 'svae-plus' }],
    ['SAMS-VAE', { model: 'sams-vae' }],
  ])('under the prior of %s, which shifts', async (_name, recipe) => {
    const model = created(recipe)
    const state = startState(model, 3)
    const { logLikelihood } = await expectAgreement(model, state)
    const unshifted = {
      ...state,
      parameters: { ...state.parameters, [shiftTensor]: state.parameters[shiftTensor].map(() => 0) },
    }
    const without = await likelihood(kernels, model, unshifted)
    const moved = Array.from(cells, (_, at) => Math.abs(logLikelihood[at] - without.logLikelihood[at]) > 1e-2)
    expect(moved).toEqual(Array.from(cells, (cell) => perturbationOfCell[cell] !== controlCell))
  })

  test('with content latents, as with latents that have no shift', async () => {
    const model = created({ model: 'svae-plus', contentLatents: 2 })
    const state = startState(model, 3)
    const logits = state.parameters[maskLogitTensor].map((_, at) => Math.cos(at))
    const drawn = { ...state, parameters: { ...state.parameters, [maskLogitTensor]: logits } }
    const { logLikelihood } = await expectAgreement(model, drawn)
    const wide = created({ model: 'svae-plus', latents: 5 })
    const spread = (values: Float32Array, rest: number): Float32Array =>
      Float32Array.from({ length: 20 }, (_, at) =>
        at % 5 < 3 ? values[3 * Math.floor(at / 5) + (at % 5)] : rest,
      )
    const parameters = {
      ...state.parameters,
      [shiftTensor]: spread(state.parameters[shiftTensor], 0),
      [maskLogitTensor]: spread(logits, 1),
    }
    const expected = await likelihood(kernels, wide, { ...drawn, parameters })
    expectNear(logLikelihood, expected.logLikelihood, 1e-6)
  })

  test('with a least mean of counts, in a gene that is expected below it', async () => {
    const model = vae('vae', { ...body, batchNorm: false, residual: true }, { beta: 1 })
    const state = startState(model, 3)
    const bias = state.parameters['decoder.output.bias'].slice()
    bias[0] = -40
    const unexpected = { ...state, parameters: { ...state.parameters, 'decoder.output.bias': bias } }
    const [low, usual] = [await expectAgreement(model, unexpected), await likelihood(kernels, model, state)]
    // Where the gene is seen after all, its means decide.
    const fell = Array.from(cells, (_, at) => usual.logLikelihood[at] - low.logLikelihood[at] > 5)
    const seen = Array.from(cells, (cell) => counts.geneIndices[counts.rowStarts[cell]] === 0)
    expect(seen).toContain(true)
    expect(fell).toEqual(seen)
  })
})
