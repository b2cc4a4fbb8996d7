import { learningRateOf, type AdamSettings } from '../adam'
import type { ModelState } from '../executor'
import type { Model, NamedTensors } from '../model'
import { compactRows, inStrips, readTensor, spreadRows, writeTensor, type TensorLayout } from './layouts'
import type { KernelMemory } from './memory'
import { isListed, recordLoss, type Node } from './recording'

/** Floats for the step of a parameter, as `adam.ts` of the kernels lists them. */
const adamFloats = 8

/** Where a parameter and its moments are. */
export interface StoredParameter {
  readonly name: string
  readonly layout: TensorLayout
  readonly trained: boolean
  readonly value: number
  readonly firstMoment: number
  readonly secondMoment: number
  /** Settings for its step. */
  readonly adam: number
}

/** Parameters, moments and running statistics in kernel memory, each in the layout that its kernels read. */
export class ParameterStore {
  private readonly parameters = new Map<string, StoredParameter>()
  private readonly statistics = new Map<string, { address: number; length: number }>()
  /** Settings of all parameters for their step, one after the other. */
  private readonly adam: number

  constructor(
    private readonly memory: KernelMemory,
    model: Model,
    state: ModelState,
  ) {
    const layouts = layoutsOf(model)
    this.adam = memory.allocate(model.parameters.length * adamFloats * 4)
    for (const [index, { name, trained }] of model.parameters.entries()) {
      const layout = layouts(name)
      const room = (): number => memory.allocate(layout.length * 4)
      this.parameters.set(name, {
        name,
        layout,
        trained,
        value: room(),
        firstMoment: room(),
        secondMoment: room(),
        adam: this.adam + index * adamFloats * 4,
      })
    }
    for (const { name, shape } of model.statistics) {
      this.statistics.set(name, {
        address: memory.allocate(compactRows(1, shape[0]).length * 4),
        length: shape[0],
      })
    }
    this.write(state)
  }

  parameter(name: string): StoredParameter {
    const parameter = this.parameters.get(name)
    if (!parameter) throw new Error(`The model does not describe the parameter ${name}.`)
    return parameter
  }

  statistic(name: string): number {
    const statistic = this.statistics.get(name)
    if (!statistic) throw new Error(`The model does not describe the statistic ${name}.`)
    return statistic.address
  }

  /** @param steps number of the next step, counted from 1 */
  writeAdam(settings: AdamSettings, steps: number): void {
    const { beta1, beta2, epsilon, weightDecay } = settings
    const firstCorrection = 1 - beta1 ** steps
    const secondCorrection = 1 / Math.sqrt(1 - beta2 ** steps)
    const floats = this.memory.floats(this.adam, this.parameters.size * adamFloats)
    let at = 0
    for (const name of this.parameters.keys()) {
      floats[at++] = learningRateOf(settings, name) / firstCorrection
      floats[at++] = beta1
      floats[at++] = 1 - beta1
      floats[at++] = beta2
      floats[at++] = 1 - beta2
      floats[at++] = secondCorrection
      floats[at++] = epsilon
      floats[at++] = weightDecay
    }
  }

  /** A copy of all values. */
  read(steps: number): ModelState {
    const all = [...this.parameters.keys()]
    return {
      parameters: this.readParameters(all),
      statistics: this.readStatistics(),
      adam: {
        steps,
        firstMoments: this.copies(all, ({ firstMoment }) => firstMoment),
        secondMoments: this.copies(all, ({ secondMoment }) => secondMoment),
      },
    }
  }

  readParameters(names: readonly string[]): NamedTensors {
    return this.copies(names, ({ value }) => value)
  }

  readStatistics(): Record<string, Float32Array> {
    return Object.fromEntries(
      [...this.statistics].map(([name, { address, length }]) => [
        name,
        this.memory.floats(address, length).slice(),
      ]),
    )
  }

  private copies(names: readonly string[], address: (parameter: StoredParameter) => number): NamedTensors {
    return Object.fromEntries(
      names.map((name) => {
        const parameter = this.parameter(name)
        const { layout } = parameter
        return [name, readTensor(layout, this.memory.floats(address(parameter), layout.length))]
      }),
    )
  }

  private write({ parameters, statistics, adam }: ModelState): void {
    const moments: [(parameter: StoredParameter) => number, NamedTensors][] = [
      [({ value }) => value, parameters],
      [({ firstMoment }) => firstMoment, adam.firstMoments],
      [({ secondMoment }) => secondMoment, adam.secondMoments],
    ]
    for (const parameter of this.parameters.values()) {
      for (const [address, values] of moments) {
        const { rows, columns, length } = parameter.layout
        // A run that starts out has no moments yet.
        const given = parameter.name in values ? values[parameter.name] : new Float32Array(rows * columns)
        writeTensor(parameter.layout, given, this.memory.floats(address(parameter), length))
      }
    }
    for (const [name, { address, length }] of this.statistics) {
      this.memory.floats(address, length).set(statistics[name])
    }
  }
}

/** The layout of each parameter follows from the operation that reads it. */
function layoutsOf(model: Model): (name: string) => TensorLayout {
  const { nodes } = recordLoss(model, 2, 1, true)
  const layouts = new Map<string, TensorLayout>()
  const logits = new Set(
    nodes.flatMap(({ operation }) => (operation.kind === 'negativeBinomial' ? [operation.logits] : [])),
  )
  const setLayout = (weight: Node, layout: typeof spreadRows): void => {
    const { operation, rows, columns } = weight
    if (operation.kind === 'parameter' && rows !== 'cells') layouts.set(operation.name, layout(rows, columns))
  }
  for (const node of nodes) {
    const { operation } = node
    // Rows that are added to what a hidden layer gives lie as that does.
    if (operation.kind === 'selectRows' && operation.design.operation.kind === 'covariates') {
      setLayout(operation.matrix, spreadRows)
    }
    if (operation.kind !== 'dense') continue
    setLayout(operation.weight, isListed(operation.input) || logits.has(node) ? inStrips : spreadRows)
  }
  return (name) => {
    const known = layouts.get(name)
    if (known) return known
    const shape = model.parameters.find((parameter) => parameter.name === name)?.shape ?? []
    return shape.length === 1 ? compactRows(1, shape[0]) : compactRows(shape[0], shape[1])
  }
}
