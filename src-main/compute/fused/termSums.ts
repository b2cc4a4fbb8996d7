import type { BatchFigures } from '../executor'
import { readTensor } from './layouts'
import type { KernelMemory } from './memory'
import type { PlanBuilder } from './plan'
import { elementTerms, isSumming, type Node, type Recording } from './recording'

/** Value of a term of the loss, summed over cells where it has one for each. */
export interface TermSum {
  readonly sum: number
  readonly ofCells: boolean
}

function total(values: Float32Array | Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]
  return sum
}

const termsOfRecordings = new WeakMap<Recording, readonly Node[]>()

/** Nodes that are terms, sought once for a recording, as every step asks. */
function termsOf(recording: Recording): readonly Node[] {
  const known = termsOfRecordings.get(recording)
  if (known) return known
  const elements = new Set(elementTerms(recording))
  const terms = recording.nodes.filter((node) => elements.has(node) || isSumming(node))
  termsOfRecordings.set(recording, terms)
  return terms
}

/** Values of all terms after a forward pass, by node number. */
export function termSums(memory: KernelMemory, builder: PlanBuilder): Map<number, TermSum> {
  const sums = new Map<number, TermSum>()
  for (const node of termsOf(builder.request.recording)) {
    const { id, operation } = node
    switch (operation.kind) {
      case 'negativeBinomial':
        sums.set(id, {
          sum: total(rowValues(memory, builder, node)) + riseSum(memory, builder),
          ofCells: true,
        })
        break
      case 'gaussianKl':
      case 'maskedGaussianKl':
        sums.set(id, { sum: total(rowValues(memory, builder, node)), ofCells: node.rows === 'cells' })
        break
      case 'betaPenalty': {
        // -Σ log Beta(q; 1, α) = -n log α - (α - 1) Σ log(1 - q)
        const { alpha, logits } = operation
        const elements = builder.rowsOf(logits) * logits.columns
        const sum = (alpha - 1) * partialSum(memory, builder, node) - elements * Math.log(alpha)
        sums.set(id, { sum, ofCells: false })
        break
      }
      case 'bernoulliKl':
      case 'probabilitySum':
        sums.set(id, { sum: partialSum(memory, builder, node), ofCells: false })
        break
      default:
        sums.set(id, { sum: elementSum(memory, builder, node), ofCells: node.rows === 'cells' })
    }
  }
  return sums
}

/** What the counts of all cells add to the log-likelihood, whatever their means. */
function riseSum(memory: KernelMemory, { output, surroundings }: PlanBuilder): number {
  if (!output) throw new Error('The likelihood was not planned.')
  const { genes } = surroundings.model
  const rises = memory.floats(output.rises, 2 * genes)
  let sum = 0
  for (let gene = 0; gene < genes; gene++) sum += rises[2 * gene]
  return sum
}

/** One value for each row, as the KL leaves them, and the likelihood but for what the counts alone add. */
export function rowValues(memory: KernelMemory, builder: PlanBuilder, node: Node): Float32Array {
  return memory.floats(builder.place(node).address, builder.rowsOf(node))
}

function elementSum(memory: KernelMemory, builder: PlanBuilder, node: Node): number {
  const { address, layout } = builder.place(node)
  return total(readTensor(layout, memory.floats(address, layout.length)))
}

function partialSum(memory: KernelMemory, builder: PlanBuilder, { id }: Node): number {
  const address = builder.partialSums.get(id)
  if (address === undefined) throw new Error('The penalty was not planned.')
  return total(memory.doubles(address, builder.surroundings.threads))
}

/** Value of a scalar of the loss. */
export function scalarValue(node: Node, sums: ReadonlyMap<number, TermSum>): number {
  if (node.operation.kind === 'weightedSum') {
    return node.operation.terms.reduce(
      (value, { term, weight }) => value + weight * scalarValue(term, sums),
      0,
    )
  }
  const known = sums.get(node.id)
  if (!known) throw new Error(`A ${node.operation.kind} cannot be a term of the loss here.`)
  return known.sum
}

export function figuresOf(
  recording: Recording,
  cells: number,
  sums: ReadonlyMap<number, TermSum>,
): BatchFigures {
  const { terms } = recording
  if (!terms) throw new Error('This recording has no loss.')
  return {
    cells,
    loss: scalarValue(terms.loss, sums),
    logLikelihood: scalarValue(terms.logLikelihood, sums),
    kl: scalarValue(terms.kl, sums),
    sparsity: terms.sparsity ? scalarValue(terms.sparsity, sums) : 0,
  }
}
