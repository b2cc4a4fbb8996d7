import { describe, expect, test } from 'vitest'
import { singlePerturbations } from '../compute/design'
import type { Batch, Inspection, ModelState } from '../compute/executor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { sizeOf, type Model, type NamedTensors, type TensorDescription } from '../compute/model'
import { RandomStream } from '../numerics/random'
import type { BodyShape } from './body'
import { sparse } from './goldenModel'
import { fixedMaskForms, modelForms } from './modelForms'

const [cells, genes, latents, contentLatents] = [4, 6, 2, 3]
const all = latents + contentLatents
const body: BodyShape = {
  ...{ genes, latents, contentLatents, perturbations: 3, covariateLevels: 0, hidden: 12, layers: 2 },
  ...{ batchNorm: true, residual: false, dropout: 0 },
}

/** Rows of some columns, with zeros after them. */
function widened(values: Float32Array, columns: number, width: number): Float32Array {
  const wide = new Float32Array((values.length / columns) * width)
  for (let row = 0; row < values.length / columns; row++) {
    wide.set(values.subarray(row * columns, (row + 1) * columns), row * width)
  }
  return wide
}

function narrowed(values: Float32Array, columns: number, width: number): Float32Array {
  return values.filter((_, at) => at % columns < width)
}

/** Random values, but for constants of the model. */
function stateOf(model: Model): ModelState {
  const filled = (tensors: readonly TensorDescription[], first: number): NamedTensors =>
    Object.fromEntries(
      tensors.map(({ name, shape, start }, index) => {
        if (start.kind === 'values') return [name, Float32Array.from(start.values)]
        const values = new Float32Array(sizeOf(shape))
        new RandomStream(5, 'startValues', first + index).fillNormal(values)
        return [name, values.map((value) => (name.endsWith('Variance') ? 1 + value * value : 0.3 * value))]
      }),
    )
  return {
    parameters: filled(model.parameters, 0),
    statistics: filled(model.statistics, 100),
    adam: { steps: 0, firstMoments: {}, secondMoments: {} },
  }
}

function noiseOf(model: Model): NamedTensors {
  return Object.fromEntries(
    model.noise.map(({ name, rows, columns, purpose }) => [
      name,
      new RandomStream(7, purpose).fillNormal(new Float32Array((rows === 'cells' ? cells : rows) * columns)),
    ]),
  )
}

async function inspected(model: Model, state: ModelState, noise: NamedTensors): Promise<Inspection> {
  const batch: Batch = {
    counts: sparse([3, 0, 1, 0, 9, 2, 0, 0, 4, 1, 0, 0, 7, 2, 0, 0, 1, 0, 1, 1, 0, 5, 0, 0], genes),
    covariates: null,
    // The last cell is a control.
    design: singlePerturbations([0, 1, 2, -1]),
    noise: { kind: 'given', tensors: noise },
  }
  const session = (await graphExecutor(startCpu)).open(model, state)
  return session.inspect(batch, 0.5, 'evaluation')
}

describe.each([...modelForms, ...fixedMaskForms])('%s with content latents', (_name, build) => {
  const model = build(body)
  const state = stateOf(model)
  const noise = noiseOf(model)

  test('is the model with as many latents in all, of which the last ones are not shifted', async () => {
    const wide = build({ ...body, latents: all, contentLatents: 0 })
    expect([model.latents, model.shiftedLatents, wide.shiftedLatents]).toEqual([all, latents, all])
    const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
    const parameters = Object.fromEntries(
      wide.parameters.map(({ name, shape }) => {
        const values = state.parameters[name]
        const columns = shapes.get(name)?.[1] ?? 0
        return [name, values.length === sizeOf(shape) ? values : widened(values, columns, shape[1])]
      }),
    )
    const noiseOfWide = Object.fromEntries(
      wide.noise.map(({ name, columns }) => {
        const narrow = model.noise.find((needed) => needed.name === name)?.columns ?? 0
        return [name, narrow === columns ? noise[name] : widened(noise[name], narrow, columns)]
      }),
    )
    const expected = await inspected(wide, { ...state, parameters }, noiseOfWide)
    const { figures, gradients } = await inspected(model, state, noise)
    expect(figures.logLikelihood).toBeCloseTo(expected.figures.logLikelihood, 4)
    expect(figures.kl).toBeCloseTo(expected.figures.kl, 4)
    const shared = Object.keys(gradients).filter(
      (name) => name.startsWith('encoder.') || name.startsWith('decoder.') || name === 'mechanism.shift',
    )
    for (const name of shared) {
      const [rows, columns] = shapes.get(name) ?? []
      const wideGradient = expected.gradients[name]
      const ofWide =
        wideGradient.length === gradients[name].length
          ? wideGradient
          : narrowed(wideGradient, wideGradient.length / rows, columns)
      const scale = Math.max(1e-3, ...ofWide.map(Math.abs))
      gradients[name].forEach((value, at) => expect(Math.abs(value - ofWide[at]) / scale).toBeLessThan(1e-4))
    }
    expect(shared).toContain('decoder.layer0.weight')
  })

  test('has for none the tensors and random numbers that it had before there were any', () => {
    const without = build({ ...body, contentLatents: 0 })
    const names = without.parameters.map(({ name }) => name)
    expect(names).not.toContain('latents.placement')
    expect(without.noise.find(({ name }) => name === 'reparameterisation')?.columns).toBe(latents)
    const added = model.parameters.flatMap(({ name, trained }) => (names.includes(name) ? [] : [trained]))
    // The place of shifted latents is a constant; without shifts there is none.
    expect(added).toEqual(model.mechanismTensors.length > 0 ? [false] : [])
  })
})
