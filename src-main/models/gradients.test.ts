import { describe, expect, test } from 'vitest'
import { designOf, noPerturbations } from '../compute/design'
import type { Batch, ModelState, Session } from '../compute/executor'
import { sizeOf, type Model } from '../compute/model'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { RandomStream } from '../numerics/random'
import type { BodyShape } from './body'
import { sparse } from './goldenModel'
import { fixedMaskForms, modelForms } from './modelForms'

const body: BodyShape = {
  ...{ genes: 6, latents: 2, contentLatents: 0, perturbations: 3, covariateLevels: 5, hidden: 48, layers: 2 },
  ...{ batchNorm: true, residual: false, dropout: 0.1 },
}

function randomState(model: Model): ModelState {
  const filled = (name: string, shape: readonly number[], index: number): [string, Float32Array] => {
    const values = new RandomStream(7, 'startValues', index).fillNormal(new Float32Array(sizeOf(shape)))
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

/** Five cells: two with one perturbation, one with two, and two controls; covariates of three and two levels. */
function batchFor(model: Model): Batch {
  const counts = [3, 0, 1, 0, 9, 2, 0, 0, 4, 1, 0, 0, 7, 2, 0, 0, 1, 0, 1, 1, 0, 5, 0, 0, 0, 2, 2, 0, 0, 30]
  const noise = model.noise.map((needed): [string, Float32Array] => {
    const values = new Float32Array((needed.rows === 'cells' ? 5 : needed.rows) * needed.columns)
    // Every unit is kept, so that training mode drops none either.
    if (needed.distribution.kind === 'keep') return [needed.name, values.fill(1)]
    return [needed.name, new RandomStream(7, needed.purpose).fillNormal(values)]
  })
  return {
    counts: sparse(counts, 6),
    covariates: designOf([
      [0, 3],
      [1, 3],
      [0, 4],
      [2, 3],
      [1, 4],
    ]),
    design: designOf([[0], [1], [0, 2], [], []]),
    noise: { kind: 'given', tensors: Object.fromEntries(noise) },
  }
}

async function open(model: Model, state: ModelState): Promise<Session> {
  return (await graphExecutor(startCpu)).open(model, state)
}

/** A drawn mask is a step of its logit: the gradient that is passed through it is that of another function. */
function drawsMask(model: Model): boolean {
  return model.noise.some(({ purpose }) => purpose === 'maskNoise')
}

/** In evaluation mode the loss has no dropout; everything else is differentiated. */
describe.each(
  [...modelForms, ...fixedMaskForms].flatMap(([name, build]) => [
    { name, model: build(body) },
    { name: `${name} with content latents`, model: build({ ...body, contentLatents: 2 }) },
  ]),
)('gradients of $name', ({ model }) => {
  const names = model.parameters
    .filter(({ name, trained }) => trained && !(name === 'mechanism.maskLogit' && drawsMask(model)))
    .map(({ name }) => name)

  test.each(names)('by %s are finite differences', async (name) => {
    const state = randomState(model)
    const { gradients, figures } = await (
      await open(model, state)
    ).inspect(batchFor(model), 0.5, 'evaluation')
    const gradient = gradients[name]
    const length = Math.hypot(...gradient)
    expect(length).toBeGreaterThan(0)
    // Along the gradient itself the slope of the loss is the gradient's length.
    // The loss changes by little, so that few units change sides, and by far more than float32 rounds.
    const step = Math.min(2e-3, (5e-4 * Math.abs(figures.loss)) / length)
    const lossAt = async (by: number): Promise<number> => {
      const moved = state.parameters[name].map((value, at) => value + (by * gradient[at]) / length)
      const shifted = { ...state, parameters: { ...state.parameters, [name]: moved } }
      return (await (await open(model, shifted)).evaluate(batchFor(model), 0.5)).loss
    }
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02)
  })
})

test.each(modelForms.filter(([name]) => name.startsWith('sVAE+')))(
  '%s: control cells move no shift, and have a prior mean of exactly zero',
  async (_name, build) => {
    const model = build(body)
    const controls: Batch = { ...batchFor(model), design: noPerturbations(5) }
    const session = await open(model, randomState(model))
    const { intermediates, gradients } = await session.inspect(controls, 0, 'training')
    const priorMean = 'priorMean' in intermediates ? intermediates.priorMean : intermediates.shift
    expect(priorMean.every((value) => value === 0)).toBe(true)
    expect(gradients['mechanism.shift'].every((value) => value === 0)).toBe(true)
    expect(gradients['mechanism.maskLogit'].every((value) => value === 0)).toBe(true)
    expect(gradients['encoder.mean.weight'].some((value) => value !== 0)).toBe(true)
  },
)
