import type { NoiseDescription, ParameterDescription, Pass, StatisticDescription } from '../compute/model'

/** What the layers of a model are made of. */
export interface LayerTensors {
  readonly parameters: readonly ParameterDescription[]
  readonly statistics: readonly StatisticDescription[]
  readonly noise: readonly NoiseDescription[]
}

/** Tensors and operations that the layers of a pass use. */
export type LayerPass<T> = Pick<Pass<T>, 'operations' | 'parameter' | 'observe'> & {
  /** Absent where dropout is never applied. */
  readonly noise?: (name: string) => T
}

/** Weight (out × in) and bias, starting uniform on ±1/√in. */
export function linearTensors(name: string, inputs: number, outputs: number): ParameterDescription[] {
  const start = { kind: 'uniform', bound: 1 / Math.sqrt(inputs) } as const
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], start, trained: true },
    { name: `${name}.bias`, shape: [outputs], start, trained: true },
  ]
}

export function linear<T>(pass: LayerPass<T>, name: string, input: T): T {
  return pass.operations.dense(input, pass.parameter(`${name}.weight`), pass.parameter(`${name}.bias`))
}

/** Width and depth of the hidden part of an encoder or decoder. */
export interface PerceptronShape {
  readonly name: string
  readonly inputs: number
  readonly hidden: number
  readonly layers: number
  readonly batchNorm: boolean
  /** Leaky ReLU, and every layer but the first adds to its input. */
  readonly residual: boolean
  /** Share of units dropped while training. */
  readonly dropout: number
}

function layerNames(shape: PerceptronShape): string[] {
  return Array.from({ length: shape.layers }, (_, layer) => `${shape.name}.layer${layer}`)
}

/** Slope of the leaky ReLU of residual layers. */
const leakySlope = 0.01

/** Tensors of [Linear, BatchNorm, ReLU, dropout] × layers. */
export function perceptronTensors(shape: PerceptronShape): LayerTensors {
  const { hidden } = shape
  const parameters: ParameterDescription[] = []
  const statistics: StatisticDescription[] = []
  const noise: NoiseDescription[] = []
  layerNames(shape).forEach((name, index) => {
    parameters.push(...linearTensors(name, index === 0 ? shape.inputs : hidden, hidden))
    if (shape.batchNorm) {
      const [one, zero] = [{ kind: 'constant', value: 1 } as const, { kind: 'constant', value: 0 } as const]
      parameters.push(
        { name: `${name}.scale`, shape: [hidden], start: one, trained: true },
        { name: `${name}.offset`, shape: [hidden], start: zero, trained: true },
      )
      statistics.push(
        { name: `${name}.runningMean`, shape: [hidden], start: zero, moves: true },
        { name: `${name}.runningVariance`, shape: [hidden], start: one, moves: true },
      )
    }
    if (shape.dropout > 0) {
      noise.push({
        name: `${name}.keep`,
        purpose: 'dropout',
        index,
        distribution: { kind: 'keep', rate: shape.dropout },
        rows: 'cells',
        columns: hidden,
        trainingOnly: true,
      })
    }
  })
  return { parameters, statistics, noise }
}

/**
 * [Linear, BatchNorm, ReLU, dropout] × layers: cells × inputs → cells × hidden.
 * @param toFirst added to what the first layer gives before its activation, cells × hidden
 */
export function perceptron<T>(pass: LayerPass<T>, shape: PerceptronShape, input: T, toFirst?: T): T {
  const { operations, parameter, observe, noise } = pass
  return layerNames(shape).reduce((value, name, layer) => {
    const given = linear(pass, name, value)
    let next = layer === 0 && toFirst !== undefined ? operations.add(given, toFirst) : given
    next = observe(`${name}.linear`, next)
    if (shape.batchNorm) {
      const [scale, offset] = [parameter(`${name}.scale`), parameter(`${name}.offset`)]
      next = observe(`${name}.normalised`, operations.batchNorm(name, next, scale, offset))
    }
    const active = shape.residual ? operations.leakyRelu(next, leakySlope) : operations.relu(next)
    next = observe(`${name}.active`, shape.residual && layer > 0 ? operations.add(value, active) : active)
    return shape.dropout > 0 && noise
      ? operations.dropout(next, () => noise(`${name}.keep`), shape.dropout)
      : next
  }, input)
}
