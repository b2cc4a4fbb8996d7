import { beforeAll, describe, expect, test } from 'vitest'
import { publishedAdam } from '../compute/adam'
import { someCells } from '../compute/cellRows'
import type { Batch, Executor, Inspection, ModelState, ParticleRequest, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import type { Model, NamedTensors } from '../compute/model'
import { RandomStream } from '../numerics/random'
import { fixedMaskForms, modelForms, shiftsOnly } from './modelForms'
import { bodyOf, modelOf, onePerturbation, randomBatch, randomState, sizes, type Sizes } from './randomShapes'

/** Largest difference over all values, relative to the largest of the expected ones. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length)
  let [largest, difference] = [1e-6, 0]
  expected.forEach((value, at) => {
    largest = Math.max(largest, Math.abs(value))
    difference = Math.max(difference, Math.abs(value - actual[at]))
    if (Number.isNaN(actual[at])) difference = Infinity
  })
  return difference / largest
}

function largestDifference(actual: NamedTensors, expected: NamedTensors, floor: number): number {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted())
  const scaled = Object.entries(expected).map(([name, values]) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    return difference(actual[name], values) * Math.min(1, largest / floor)
  })
  return Math.max(...scaled)
}

const modes = ['training', 'evaluation'] as const
type Inspections = Record<(typeof modes)[number], Inspection>

async function inspectionsOf(session: Session, batch: Batch): Promise<Inspections> {
  return {
    training: await session.inspect(batch, 0.3, 'training'),
    evaluation: await session.inspect(batch, 0.3, 'evaluation'),
  }
}

/** Loss, gradients, intermediates and running statistics of two sessions on the same batch. */
function expectAgreement(fused: Inspections, graph: Inspections): void {
  for (const mode of modes) {
    const [ours, theirs] = [fused[mode], graph[mode]]
    expect(Math.abs(ours.figures.loss / theirs.figures.loss - 1)).toBeLessThan(1e-5)
    const sparsity = Math.abs(ours.figures.sparsity - theirs.figures.sparsity)
    expect(sparsity).toBeLessThanOrEqual(2e-5 * Math.abs(theirs.figures.sparsity))
    const largest = Object.values(theirs.gradients).reduce(
      (most, values) => values.reduce((larger, value) => Math.max(larger, Math.abs(value)), most),
      0,
    )
    expect(largestDifference(ours.gradients, theirs.gradients, largest)).toBeLessThan(1e-4)
    expect(largestDifference(ours.intermediates, theirs.intermediates, 1)).toBeLessThan(1e-4)
    expect(largestDifference(ours.statistics, theirs.statistics, 1)).toBeLessThan(1e-5)
  }
}

const drawn = { kind: 'drawn', position: { seed: 5, epoch: 2, batch: 11 } } as const

async function weightsOf(session: Session, request: ParticleRequest): Promise<Float32Array> {
  const weights: number[] = []
  for await (const { logWeights } of session.logWeights(request)) weights.push(...logWeights)
  return Float32Array.from(weights)
}

async function both(model: Model, executor: Executor): Promise<{ fused: Session; graph: Session }> {
  const state = randomState(model)
  return { fused: executor.open(model, state), graph: (await graphExecutor(startCpu)).open(model, state) }
}

describe.each([...modelForms, ...fixedMaskForms, ...shiftsOnly])(
  '%s on kernels agrees with tfjs',
  (_name, build) => {
    test.each([sizes[1], sizes[2], sizes[3], onePerturbation])(
      '$cells cells, $genes genes, $latents and $contentLatents latents, $perturbations perturbations',
      async (shape) => {
        const model = build(bodyOf(shape))
        const executor = fusedExecutor({ threads: shape.cells % 2 === 0 ? 2 : 1 })
        const { fused, graph } = await both(model, executor)
        const short = { ...shape, cells: Math.max(2, shape.cells - 5) }
        const drawing = { ...randomBatch(model, shape, 4), noise: drawn }
        for (const batch of [randomBatch(model, shape, 1), randomBatch(model, short, 2), drawing]) {
          expectAgreement(await inspectionsOf(fused, batch), await inspectionsOf(graph, batch))
        }
        const rateFactors = {
          'decoder.logInverseDispersion': 10,
          'encoder.layer0.weight': 3,
          'mechanism.shift': 10,
        }
        const adam = { ...publishedAdam, rateFactors }
        const steps = [
          await fused.step(randomBatch(model, shape, 3), 0.5, adam),
          await graph.step(randomBatch(model, shape, 3), 0.5, adam),
        ]
        expect(Math.abs(steps[0].loss / steps[1].loss - 1)).toBeLessThan(1e-5)
        const [ours, theirs] = [await fused.state(), await graph.state()]
        expect(largestDifference(ours.parameters, theirs.parameters, 1)).toBeLessThan(1e-3)
        expect(largestDifference(ours.statistics, theirs.statistics, 1)).toBeLessThan(1e-3)
        const behindMechanisms = Object.keys(ours.parameters).filter((name) => name.startsWith('mechanism.'))
        expect(model.mechanismTensors.toSorted()).toEqual(behindMechanisms.toSorted())
        for (const [session, { parameters }] of [[fused, ours] as const, [graph, theirs] as const]) {
          expect(await session.parameters(behindMechanisms)).toEqual(
            Object.fromEntries(behindMechanisms.map((name) => [name, parameters[name]])),
          )
        }
        fused.close()
      },
    )
  },
)

test.each(shiftsOnly)('%s keeps everything else', async (name, build) => {
  const model = build(bodyOf(sizes[2]))
  const before = randomState(model)
  for (const session of Object.values(await both(model, fusedExecutor({ threads: 2 })))) {
    await session.step(randomBatch(model, sizes[2], 3), 1, publishedAdam)
    const after = await session.state()
    const same = (group: 'parameters' | 'statistics') =>
      Object.keys(before[group]).filter(
        (tensor) => difference(after[group][tensor], before[group][tensor]) === 0,
      )
    expect(same('parameters')).toEqual(
      Object.keys(before.parameters).filter((tensor) => tensor !== 'mechanism.shift'),
    )
    // As published: only sVAE+ keeps the running statistics of the encoder.
    expect(same('statistics').filter((tensor) => tensor.startsWith('encoder.'))).toHaveLength(
      name.startsWith('sVAE+') ? 4 : 0,
    )
    expect(same('statistics').filter((tensor) => tensor.startsWith('decoder.'))).toHaveLength(4)
    session.close()
  }
})

/** All that a session tells of random batches. */
async function answersOf(session: Session, model: Model, shape: Sizes) {
  const all = randomBatch(model, shape, 3)
  const { counts: some, covariates } = someCells(
    all,
    Uint32Array.from({ length: 3 }, (_, cell) => cell),
  )
  const request = {
    ...{ counts: some, covariates, particles: 19 },
    shifts: new RandomStream(6, 'simulation').fillNormal(new Float32Array(3 * model.latents)),
    edgeLogits: new RandomStream(7, 'simulation').fillNormal(new Float32Array(3 * model.latents)),
    noise: { kind: 'drawn', seed: 8, streams: [7, 0, 3] },
  } as const
  return {
    inspections: await inspectionsOf(session, randomBatch(model, shape, 1)),
    evaluated: await session.evaluate(randomBatch(model, shape, 2), 1),
    // More cells than are evaluated at a time.
    evaluatedInParts: await session.evaluate(
      { ...randomBatch(model, { ...shape, cells: 300 }, 2), noise: drawn },
      1,
    ),
    encoded: await session.encode(all),
    attributed: await session.encoderGradients({
      ...{ points: some.cells, genes: shape.genes, rowStarts: some.rowStarts, geneIndices: some.geneIndices },
      covariates,
      logCounts: Float32Array.from(some.counts, (count, entry) => (Math.log1p(count) * (entry % 7)) / 7),
      // Of either sign on the path of each cell.
      factors: Float32Array.from(some.counts, (_, entry) => Math.sin(entry)),
    }),
    weights: await weightsOf(session, request),
  }
}

describe.each(sizes)(
  'with $cells cells, $genes genes, $hidden hidden units, $latents and $contentLatents latents',
  (shape) => {
    const model = modelOf(shape)
    let theirs: Awaited<ReturnType<typeof answersOf>>
    beforeAll(async () => {
      const graph = (await graphExecutor(startCpu)).open(model, randomState(model))
      theirs = await answersOf(graph, model, shape)
      graph.close()
    })

    test.each([
      ['one thread', fusedExecutor({ threads: 1 })],
      ['four threads', fusedExecutor({ threads: 4 })],
      ['three threads without relaxed SIMD', fusedExecutor({ threads: 3, build: 'plain' })],
    ] as const)('kernels on %s agree with tfjs', async (_name, executor) => {
      const fused = executor.open(model, randomState(model))
      const ours = await answersOf(fused, model, shape)
      expectAgreement(ours.inspections, theirs.inspections)
      for (const part of ['evaluated', 'evaluatedInParts'] as const) {
        expect(Math.abs(ours[part].loss / theirs[part].loss - 1)).toBeLessThan(1e-5)
        expect(Math.abs(ours[part].kl / theirs[part].kl - 1)).toBeLessThan(1e-4)
      }
      expect(difference(ours.encoded, theirs.encoded)).toBeLessThan(1e-4)
      expect(difference(ours.attributed, theirs.attributed)).toBeLessThan(1e-4)
      expect(theirs.weights).toHaveLength(3 * 19)
      expect(difference(ours.weights, theirs.weights)).toBeLessThan(1e-5)
      fused.close()
    })
  },
)

describe('kernels', () => {
  const shape = sizes[2]
  const model = modelOf(shape)

  async function trained(session: Session, from: number, to: number): Promise<ModelState> {
    for (let step = from; step < to; step++) {
      // The last batch of an epoch is short.
      const cells = step % 3 === 2 ? 5 : shape.cells
      await session.step(randomBatch(model, { ...shape, cells }, step), 0.5, publishedAdam)
    }
    const state = await session.state()
    session.close()
    return state
  }

  test.each([1, 3])('repeat and resume a run bit for bit on %i threads', async (threads) => {
    const executor = fusedExecutor({ threads })
    const state = randomState(model)
    const whole = await trained(executor.open(model, state), 0, 7)
    expect(await trained(executor.open(model, state), 0, 7)).toEqual(whole)
    const half = await trained(executor.open(model, state), 0, 4)
    expect(await trained(executor.open(model, half), 4, 7)).toEqual(whole)
    expect(whole.adam.steps).toBe(7)
    expect(whole.parameters['encoder.layer0.weight']).not.toEqual(half.parameters['encoder.layer0.weight'])
  })

  test('leave all values alone when the loss is not a number', async () => {
    const state = randomState(model)
    const shift = state.parameters['mechanism.shift'].slice().fill(NaN)
    const broken = { ...state, parameters: { ...state.parameters, 'mechanism.shift': shift } }
    const session = fusedExecutor({ threads: 2 }).open(model, broken)
    const { loss } = await session.step(randomBatch(model, shape, 1), 0.5, publishedAdam)
    expect(loss).toBeNaN()
    expect(await session.state()).toEqual(broken)
    session.close()
  })

  test('evaluate many cells in parts', async () => {
    const many = { ...shape, cells: 600 }
    const { fused, graph } = await both(model, fusedExecutor({ threads: 2 }))
    const batch = randomBatch(model, many, 4)
    const [ours, theirs] = [await fused.evaluate(batch, 0.5), await graph.evaluate(batch, 0.5)]
    expect(Math.abs(ours.loss / theirs.loss - 1)).toBeLessThan(1e-5)
    expect(Math.abs(ours.logLikelihood / theirs.logLikelihood - 1)).toBeLessThan(1e-5)
    expect(difference(await fused.encode(batch), await graph.encode(batch))).toBeLessThan(1e-4)
    fused.close()
  })
})
