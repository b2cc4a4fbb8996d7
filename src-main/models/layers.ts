import type {
  CellInput,
  NoiseDescription,
  ParameterDescription,
  Pass,
  StatisticDescription,
} from '../compute/model'

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

/**
 * Weight (out × in) and bias, starting uniform on ±1/√in.
 * @param allInputs what counts as "in" where the layer has further inputs with a weight of their own
 */
export function linearTensors(
  name: string,
  inputs: number,
  outputs: number,
  allInputs = inputs,
): ParameterDescription[] {
  const start = { kind: 'uniform', bound: 1 / Math.sqrt(allInputs) } as const
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
  /** Levels of all covariates, of which each cell has one of each covariate; 0 without covariates. */
  readonly covariateLevels: number
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

function covariateWeight({ name }: PerceptronShape): string {
  return `${name}.covariates.weight`
}

/**
 * Tensors of [Linear, BatchNorm, ReLU, dropout] × layers. Covariates are one-hot inputs of the first layer beside the
 * others: their weights (levels × hidden) start as those of a concatenation would.
 */
export function perceptronTensors(shape: PerceptronShape): LayerTensors {
  const { hidden } = shape
  const parameters: ParameterDescription[] = []
  const statistics: StatisticDescription[] = []
  const noise: NoiseDescription[] = []
  const firstInputs = shape.inputs + shape.covariateLevels
  layerNames(shape).forEach((name, index) => {
    const width = index === 0 ? shape.inputs : hidden
    parameters.push(...linearTensors(name, width, hidden, index === 0 ? firstInputs : width))
    if (index === 0 && shape.covariateLevels > 0) {
      parameters.push({
        name: covariateWeight(shape),
        shape: [shape.covariateLevels, hidden],
        start: { kind: 'uniform', bound: 1 / Math.sqrt(firstInputs) },
        trained: true,
      })
    }
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
 * [Linear, BatchNorm, ReLU, dropout] × layers: cells × inputs → cells × hidden. The first layer also adds, for each
 * covariate, the row of its weights that belongs to the cell's level, which is what it would give if the one-hot
 * levels were concatenated to its input.
 * @param covariates as in `CellInput`
 * @param toFirst added to what the first layer gives before its activation, cells × hidden
 */
export function perceptron<T>(
  pass: LayerPass<T>,
  shape: PerceptronShape,
  input: T,
  { covariates }: CellInput<T>,
  toFirst?: T,
): T {
  const { operations, parameter, observe, noise } = pass
  const first = (given: T): T => {
    const sum = toFirst === undefined ? given : operations.add(given, toFirst)
    if (shape.covariateLevels === 0) return sum
    return operations.add(sum, operations.selectRows(covariates(), parameter(covariateWeight(shape))))
  }
  return layerNames(shape).reduce((value, name, layer) => {
    const given = linear(pass, name, value)
    let next = layer === 0 ? first(given) : given
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
