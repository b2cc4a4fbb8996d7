import type { Model, NoiseDescription } from '../model'
import type { Kernels } from './kernels'
import { compactRows, spreadRows, type TensorLayout } from './layouts'
import type { KernelMemory } from './memory'
import type { ParameterStore } from './parameterStore'
import { noiseLength } from '../noise'
import { inputsOf, type Node, type Recording } from './recording'
import { schedule, type Access, type Program, type Split, type Task } from './schedule'

/** What a plan is for. */
export type PlanPurpose =
  'step' | 'inspect' | 'evaluate' | 'encode' | 'encoderGradients' | 'posterior' | 'particles'

/** Where a value is. */
export interface Place {
  /** Name of the buffer, for the schedule. */
  readonly buffer: string
  readonly address: number
  readonly layout: TensorLayout
}

/** A design as the kernels read it. */
export interface DesignPlaces {
  readonly starts: number
  readonly rows: number
}

/** Lists of what is not zero in a matrix (`listedSums.ts` of the kernels), row by row or column by column. */
export interface Lists {
  /** Of each list, in entries. */
  readonly begins: number
  readonly ends: number
  readonly entries: number
  /** For tasks that read the lists of their part, or (null) all. */
  readonly read: (split: Split | null) => Access
}

/** The cells of a batch as the kernels read them. */
export interface InputPlaces {
  readonly rowStarts: number
  readonly rawGenes: number
  readonly rawCounts: number
  readonly storedGenes: number
  /** Inputs of the first layer, in the order of the stored counts (`listedSums.ts` of the kernels). */
  readonly entries: number
  /** What derivatives by stored entries are multiplied with, in plans for attributions. */
  readonly factors: number
  readonly libraries: number
  readonly design: DesignPlaces
  readonly covariates: DesignPlaces
  /** Bytes of one raw gene index and one raw count, decided when the plan is made. */
  readonly geneBytes: number
  readonly countBytes: number
}

export interface PlanSurroundings {
  readonly model: Model
  readonly memory: KernelMemory
  readonly kernels: Kernels
  readonly parameters: ParameterStore
  readonly threads: number
}

export interface PlanRequest {
  readonly purpose: PlanPurpose
  /** With the statistics of the batch, and dropout. */
  readonly training: boolean
  readonly recording: Recording
  /** Whether the kernels draw the random numbers, or are given them. */
  readonly drawsNoise: boolean
  readonly cells: number
  readonly geneBytes: number
  readonly countBytes: number
}

/** BatchNorm layers of a plan whose running statistics move, for those who read what they saw. */
export interface SeenLayer {
  readonly layer: string
  readonly units: number
  readonly means: number
  readonly variances: number
}

/** What the output layer leaves for the way back and for inspection. */
export interface OutputPlaces {
  /** The logits; address 0 where they are not kept. */
  readonly logitsCopy: { readonly address: number; readonly layout: TensorLayout }
  /** Gradients by the logits, in strips of genes, or 0. */
  readonly gradients: number
  readonly dispersions: number
  /** What the log-likelihood has of counts and θ alone, and its derivative by θ, gene by gene. */
  readonly rises: number
  /** The derivative by θ from each thread, gene by gene. */
  readonly byDispersion: number
  readonly partStride: number
}

/** Whether what a node gives belongs to a hidden layer, and what it takes too. */
function isActivation({ operation: { kind } }: Node): boolean {
  return kind === 'batchNorm' || kind === 'relu' || kind === 'leakyRelu'
}

/** Room for things while a plan is made, and the tasks written down so far. */
export class PlanBuilder {
  readonly cells: number
  readonly places = new Map<number, Place>()
  readonly gradients = new Map<number, Place>()
  readonly parameterGradients = new Map<string, Place>()
  readonly weights = new Map<number, number>()
  readonly layers: SeenLayer[] = []
  readonly inputs: InputPlaces
  readonly consumers = new Map<number, Node[]>()
  readonly partialSums = new Map<number, number>()
  readonly cellSplit: Split
  readonly geneSplit: Split
  /** Scratch memory of a thread; its size is settled when the plan is complete. */
  readonly scratch: number
  readonly scratchBytes: number
  /** Lists of values by their nodes, made where they are first asked for. */
  readonly listsOfCells = new Map<number, Lists>()
  readonly listsOfInputs = new Map<number, Lists>()
  listsOfGenes: Lists | null = null
  /** Where the streams of drawn random numbers are told, by name. */
  readonly drawnNoise = new Map<string, { readonly stream: number; readonly description: NoiseDescription }>()
  output: OutputPlaces | null = null
  /** Where each gene's attribution of one latent is left. */
  attributions = 0
  private tasks: Task[] = []
  private readonly dependsOnTrained = new Map<number, boolean>()

  constructor(
    readonly surroundings: PlanSurroundings,
    readonly request: PlanRequest,
  ) {
    const { cells, geneBytes, countBytes, recording } = request
    const { model, memory, threads } = surroundings
    this.cells = cells
    this.cellSplit = { key: 'cells', count: cells, unit: 8 }
    this.geneSplit = { key: 'genes', count: model.genes, unit: 4 }
    for (const node of recording.nodes) {
      for (const input of inputsOf(node.operation)) {
        this.consumers.set(input.id, [...(this.consumers.get(input.id) ?? []), node])
      }
    }
    this.scratchBytes = this.scratchNeeded()
    this.scratch = memory.allocate(this.scratchBytes * threads)
    // All particles of a block share the counts of one cell.
    const most = (request.purpose === 'particles' ? 1 : cells) * model.genes
    const words = (count: number): number => memory.allocate(count * 4 + 64)
    const design = (rows: number): DesignPlaces => ({ starts: words(cells + 1), rows: words(cells * rows) })
    this.inputs = {
      geneBytes,
      countBytes,
      rowStarts: words(cells + 1),
      libraries: words(cells + 8),
      design: design(model.perturbations),
      covariates: design(model.covariateLevels),
      rawGenes: words(most),
      rawCounts: words(most),
      storedGenes: words(most),
      entries: words(2 * most),
      factors: request.purpose === 'encoderGradients' ? words(most) : 0,
    }
  }

  /** Writes a task down. */
  add(task: Task): void {
    this.tasks.push(task)
  }

  /** The tasks so far as programs of the threads; the next tasks make the next programs. */
  takePrograms(): Program[] {
    const programs = schedule(this.tasks, this.surroundings.threads)
    this.tasks = []
    return programs
  }

  scratchOf(thread: number): number {
    return this.scratch + thread * this.scratchBytes
  }

  room(floats: number): number {
    return this.surroundings.memory.allocate(floats * 4)
  }

  /** Rows of a node: those of the batch where it has one for each cell. */
  rowsOf(node: Node): number {
    return node.rows === 'cells' ? this.cells : node.rows
  }

  /** Units of a hidden layer or columns of a matrix. */
  unitSplit(columns: number): Split {
    return { key: `units:${columns}`, count: columns, unit: 8 }
  }

  /** How the rows of a node are shared out. */
  rowSplit(node: Node): Split {
    return node.rows === 'cells' ? this.cellSplit : { key: `rows:${node.rows}`, count: node.rows, unit: 1 }
  }

  /** Whether a value moves when trained parameters (or the input, where its gradient is asked for) move. */
  needsGradient(node: Node): boolean {
    const known = this.dependsOnTrained.get(node.id)
    if (known !== undefined) return known
    const { operation } = node
    const depends =
      operation.kind === 'parameter'
        ? this.request.purpose !== 'encoderGradients' &&
          this.surroundings.parameters.parameter(operation.name).trained
        : operation.kind === 'logCounts'
          ? this.request.purpose === 'encoderGradients'
          : inputsOf(operation).some((input) => this.needsGradient(input))
    this.dependsOnTrained.set(node.id, depends)
    return depends
  }

  get differentiates(): boolean {
    return this.request.purpose === 'step' || this.request.purpose === 'inspect'
  }

  /** Where a node's value is, or will be. */
  place(node: Node): Place {
    const known = this.places.get(node.id)
    if (known) return known
    const place = this.newPlace(node)
    this.places.set(node.id, place)
    return place
  }

  /** The gradient that was handed to a node; null where nothing was. */
  gradientOf(node: Node): Place | null {
    return this.gradients.get(node.id) ?? null
  }

  /** Where the gradient by a node is, for a task that adds to it (1) or is the first to write it (0). */
  contribution(node: Node): { place: Place; add: 0 | 1 } {
    const known = this.gradients.get(node.id)
    if (known) return { place: known, add: 1 }
    const { layout } = this.place(node)
    const place = { buffer: `gradient ${node.id}`, address: this.room(layout.length), layout }
    this.gradients.set(node.id, place)
    if (node.operation.kind === 'parameter') this.parameterGradients.set(node.operation.name, place)
    return { place, add: 0 }
  }

  /** Where the gradient by a node is, for a task that must be the only one to hand it anything. */
  onlyContribution(node: Node): Place {
    const { place, add } = this.contribution(node)
    if (add) throw new Error(`A ${node.operation.kind} whose result is used twice is not supported here.`)
    return place
  }

  /** Where the gradient by an input of an operation is whose gradients take the place of those handed to it. */
  contributionInPlace(input: Node, gradient: Place): Place {
    const { layout } = this.place(input)
    const fits = layout.stride === gradient.layout.stride && layout.length === gradient.layout.length
    if (!fits || this.gradients.has(input.id)) return this.onlyContribution(input)
    this.gradients.set(input.id, gradient)
    return gradient
  }

  /** Where the weight of a term in the loss is kept. */
  weightOf(node: Node): number {
    const known = this.weights.get(node.id)
    if (known !== undefined) return known
    const address = this.room(1)
    this.weights.set(node.id, address)
    return address
  }

  private newPlace(node: Node): Place {
    const { operation } = node
    if (operation.kind === 'parameter') {
      const { value, layout } = this.surroundings.parameters.parameter(operation.name)
      return { buffer: `parameter ${operation.name}`, address: value, layout }
    }
    const rows = this.rowsOf(node)
    const layout = this.isHidden(node) ? spreadRows(rows, node.columns) : compactRows(rows, node.columns)
    return { buffer: `value ${node.id}`, address: this.room(layout.length), layout }
  }

  /** Values of hidden layers, read column by column; latents lie in compact rows that kernels run through. */
  private isHidden(node: Node): boolean {
    const { id, operation } = node
    const consumers = this.consumers.get(id) ?? []
    switch (operation.kind) {
      case 'batchNorm':
      case 'relu':
      case 'leakyRelu':
      case 'dropout':
        return true
      case 'add':
        return (
          [...consumers, operation.a, operation.b].some((beside) => isActivation(beside)) ||
          this.isAddedInHidden(consumers)
        )
      case 'selectRows':
        return this.isAddedInHidden(consumers)
      case 'noise':
        return this.surroundings.model.noise.some(
          ({ name, distribution }) => name === operation.name && distribution.kind === 'keep',
        )
      case 'dense':
        return consumers.some((consumer) => isActivation(consumer)) || this.isAddedInHidden(consumers)
      default:
        return false
    }
  }

  private isAddedInHidden(consumers: readonly Node[]): boolean {
    return consumers.some((consumer) => consumer.operation.kind === 'add' && this.isHidden(consumer))
  }

  private scratchNeeded(): number {
    const { kernels, model } = this.surroundings
    const { cells, recording } = this.request
    const hidden = Math.max(
      1,
      ...recording.nodes.flatMap(({ operation, columns }) =>
        operation.kind === 'dense'
          ? [
              columns === model.genes ? 1 : columns,
              operation.input.columns === model.genes ? 1 : operation.input.columns,
            ]
          : [],
      ),
    )
    const needed = Math.max(
      kernels.outputLayerScratch(model.genes, hidden),
      kernels.sparseLayerScratch(cells, model.genes),
      kernels.particleLikelihoodScratch(model.genes),
      ...model.noise.map((noise) => kernels.drawRowsScratch(noiseLength(noise, cells))),
      kernels.productScratch(Math.max(hidden, 512)),
      hidden * 4 + 64,
      cells * 8,
      2048,
    )
    return Math.ceil(needed / 4096) * 4096 + 64
  }
}
