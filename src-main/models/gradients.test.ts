import { modelRecipeSchema } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { noPerturbations, singlePerturbations } from '../compute/design'
import type { Batch, ModelState, Session } from '../compute/executor'
import type { Model } from '../compute/model'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { RandomStream } from '../numerics/random'
import { controlCell } from '../screen/screen'
import { publishedBody } from './body'
import { completeConfiguration, createModel } from './createModel'
import { sparse } from './goldenModel'
import { publishedForm, svaePlus } from './svaePlus'

const size = { genes: 6, perturbations: 3, trainingCells: 5 }
const model = createModel(completeConfiguration(modelRecipeSchema.parse({ latents: 2, alpha: 3 }), 3), size)
const averaged = svaePlus(
  { ...publishedBody, genes: 6, latents: 2, perturbations: 3 },
  { ...publishedForm, alpha: 3, trainingCells: 5, mask: 'marginal' },
)

function randomState(model: Model): ModelState {
  const filled = (name: string, shape: readonly number[], index: number): [string, Float32Array] => {
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1))
    new RandomStream(7, 'startValues', index).fillNormal(values)
    return [name, values.map((value) => (name.endsWith('runningVariance') ? 1 + value * value : 0.3 * value))]
  }
  const parameters = Object.fromEntries(
    model.parameters.map(({ name, shape }, index) => filled(name, shape, index)),
  )
  const statistics = Object.fromEntries(
    model.statistics.map(({ name, shape }, index) => filled(name, shape, 100 + index)),
  )
  return { parameters, statistics, adam: { steps: 0, firstMoments: {}, secondMoments: {} } }
}

/** Five cells, the last two of them controls. */
function batch(): Batch {
  const counts = [3, 0, 1, 0, 9, 2, 0, 0, 4, 1, 0, 0, 7, 2, 0, 0, 1, 0, 1, 1, 0, 5, 0, 0, 0, 2, 2, 0, 0, 30]
  const noise = (purpose: 'reparameterisation' | 'maskNoise'): Float32Array =>
    new RandomStream(7, purpose).fillNormal(new Float32Array(10))
  return {
    counts: sparse(counts, 6),
    design: singlePerturbations([0, 1, 0, controlCell, controlCell]),
    noise: {
      reparameterisation: noise('reparameterisation'),
      mask: noise('maskNoise'),
      'encoder.layer0.keep': new Float32Array(5 * 128).fill(1),
      'encoder.layer1.keep': new Float32Array(5 * 128).fill(1),
    },
  }
}

async function open(model: Model, state: ModelState): Promise<Session> {
  return (await graphExecutor(startCpu)).open(model, state)
}

/** In evaluation mode the loss has no dropout; everything else is differentiated. */
describe('gradients and finite differences', () => {
  test.each([
    // The gradient of a drawn mask is that of another function.
    ...model.parameters
      .filter(({ name }) => name !== 'mechanism.maskLogit')
      .map(({ name }) => ['drawn', name, model] as const),
    ...averaged.parameters.map(({ name }) => ['averaged', name, averaged] as const),
  ])('mask %s: %s', async (_mask, name, model) => {
    const state = randomState(model)
    const { gradients } = await (await open(model, state)).inspect(batch(), 0.5, 'evaluation')
    const gradient = gradients[name]
    const length = Math.hypot(...gradient)
    expect(length).toBeGreaterThan(0)
    // Along the gradient itself the slope of the loss is the gradient's length.
    const step = 2e-3 / Math.max(1, length / 50)
    const lossAt = async (by: number): Promise<number> => {
      const moved = state.parameters[name].map((value, at) => value + (by * gradient[at]) / length)
      const shifted = { ...state, parameters: { ...state.parameters, [name]: moved } }
      return (await (await open(model, shifted)).evaluate(batch(), 0.5)).loss
    }
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02)
  })

  test('a control cell has a prior mean of exactly zero and moves neither shifts nor mask', async () => {
    const controls: Batch = { ...batch(), design: noPerturbations(5) }
    const session = await open(model, randomState(model))
    const { intermediates, gradients } = await session.inspect(controls, 0, 'training')
    expect([...intermediates.priorMean].every((value) => value === 0)).toBe(true)
    expect([...gradients['mechanism.shift']].every((value) => value === 0)).toBe(true)
    expect([...gradients['mechanism.maskLogit']].every((value) => value === 0)).toBe(true)
    expect(gradients['encoder.mean.weight'].some((value) => value !== 0)).toBe(true)
  })
})
