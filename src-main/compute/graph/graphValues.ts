import { dispose, keep, tensor, type Tensor } from '@tensorflow/tfjs-core'
import { learningRateOf, type AdamSettings } from '../adam'
import type { ModelState } from '../executor'
import type { Model, NamedTensors } from '../model'
import type { GraphBackend, TrainedTensor } from './graphBackend'
import type { SeenStatistics } from './graphOperations'

/** Share of a batch in the running statistics. */
const batchNormMomentum = 0.01

/** The values of a model between steps: tensors that live on the backend. */
export interface GraphValues {
  readonly parameters: ReadonlyMap<string, TrainedTensor>
  readonly statistics: ReadonlyMap<string, Tensor>
  readonly adamSteps: number
}

/** Puts values on the active backend. */
export function valuesOf(model: Model, { parameters, statistics, adam }: ModelState): GraphValues {
  const trained = model.parameters.map(({ name, shape }): [string, TrainedTensor] => {
    const values = tensor(parameters[name].slice(), [...shape])
    const moments = new Float32Array(2 * values.size)
    // A state made by hand need not tell the moments of a fresh start.
    moments.set(adam.firstMoments[name] ?? [])
    moments.set(adam.secondMoments[name] ?? [], values.size)
    return [name, keepTrained({ values, moments: tensor(moments, [2, values.size]) })]
  })
  const running = model.statistics.map(({ name, shape }): [string, Tensor] => [
    name,
    keep(tensor(statistics[name].slice(), [...shape])),
  ])
  return { parameters: new Map(trained), statistics: new Map(running), adamSteps: adam.steps }
}

function keepTrained(trained: TrainedTensor): TrainedTensor {
  keep(trained.values)
  keep(trained.moments)
  return trained
}

/**
 * The values after a step; what the step does not change is shared with those before it.
 * Parameters without a gradient keep their values, decay included. Use inside `tidy`: the result is kept.
 */
export function valuesAfter(
  backend: GraphBackend,
  before: GraphValues,
  gradients: ReadonlyMap<string, Tensor>,
  statistics: ReadonlyMap<string, Tensor>,
  adam: AdamSettings,
): GraphValues {
  const adamSteps = before.adamSteps + 1
  const parameters = new Map(before.parameters)
  for (const [name, gradient] of gradients) {
    const trained = before.parameters.get(name)
    if (!trained) throw new Error(`There is a gradient of ${name}, which is no parameter.`)
    const settings = { ...adam, learningRate: learningRateOf(adam, name) }
    parameters.set(name, keepTrained(backend.kernels.adam(trained, gradient, adamSteps, settings)))
  }
  const kept = [...statistics].map(([name, values]): [string, Tensor] => [name, keep(values)])
  return { parameters, statistics: new Map([...before.statistics, ...kept]), adamSteps }
}

/** Running statistics moved towards those of a batch; the variance that is kept is unbiased. */
export function movedStatistics(
  backend: GraphBackend,
  model: Model,
  { statistics }: GraphValues,
  seen: SeenStatistics,
  cells: number,
): Map<string, Tensor> {
  const moved = new Map<string, Tensor>()
  const moving = new Set(model.statistics.flatMap(({ name, moves }) => (moves ? [name] : [])))
  const move = (name: string, values: Tensor, factor: number): void => {
    if (!moving.has(name)) return
    const running = statistics.get(name)
    if (!running) throw new Error(`The model does not describe the statistics ${name}.`)
    moved.set(name, backend.kernels.moveTowards(running, values, batchNormMomentum, factor))
  }
  for (const [layer, { mean, biasedVariance }] of seen) {
    move(`${layer}.runningMean`, mean, 1)
    move(`${layer}.runningVariance`, biasedVariance, cells / (cells - 1))
  }
  return moved
}

function tensorsOf({ parameters, statistics }: GraphValues): Tensor[] {
  return [
    ...[...parameters.values()].flatMap(({ values, moments }) => [values, moments]),
    ...statistics.values(),
  ]
}

/** Frees the tensors of `values` that are not part of `others`. */
export function disposeOthers(values: GraphValues, others: GraphValues | null): void {
  const shared = new Set(others ? tensorsOf(others) : [])
  dispose(tensorsOf(values).filter((held) => !shared.has(held)))
}

/** Copies tensors to the host. */
export async function readTensors(
  backend: GraphBackend,
  tensors: Iterable<readonly [string, Tensor]>,
): Promise<Record<string, Float32Array>> {
  const copies = [...tensors].map(async ([name, held]) => [name, (await backend.read(held)).slice()] as const)
  return Object.fromEntries(await Promise.all(copies))
}

/** Copies the values to the host. */
export async function readState(backend: GraphBackend, values: GraphValues): Promise<ModelState> {
  const ofParameters = (part: (trained: TrainedTensor) => Tensor) =>
    readTensors(
      backend,
      [...values.parameters].map(([name, trained]) => [name, part(trained)]),
    )
  const [parameters, moments, statistics] = await Promise.all([
    ofParameters(({ values: held }) => held),
    ofParameters(({ moments: held }) => held),
    readTensors(backend, values.statistics),
  ])
  const half = (which: 0 | 1): NamedTensors =>
    Object.fromEntries(
      Object.entries(moments).map(([name, both]) => {
        const length = both.length / 2
        return [name, both.slice(which * length, (which + 1) * length)]
      }),
    )
  return {
    parameters,
    statistics,
    adam: { steps: values.adamSteps, firstMoments: half(0), secondMoments: half(1) },
  }
}
