import { concat, reshape, type Tensor } from '@tensorflow/tfjs-core'
import type { BatchFigures } from '../executor'
import type { LossTerms } from '../model'
import type { Value } from './tape'

/** Everything that is reported of a pass in one tensor, to be read at once. */
export interface PackedFigures {
  readonly tensor: Tensor
  readonly cells: number
  /** Number of elements of each term. */
  readonly sizes: Readonly<Record<'loss' | 'logLikelihood' | 'kl' | 'sparsity', number>>
}

/** Joins the terms of a loss. Use where tensors are freed. */
export function packed(
  { loss, logLikelihood, kl, sparsity }: LossTerms<Value>,
  cells: number,
): PackedFigures {
  const terms = [loss, logLikelihood, kl, ...(sparsity ? [sparsity] : [])]
  return {
    tensor: concat(terms.map(({ tensor: term }) => reshape(term, [term.size]))),
    cells,
    sizes: {
      loss: loss.tensor.size,
      logLikelihood: logLikelihood.tensor.size,
      kl: kl.tensor.size,
      sparsity: sparsity?.tensor.size ?? 0,
    },
  }
}

/** Sums of the terms from the values of the tensor. */
export function figuresOf({ cells, sizes }: PackedFigures, values: Float32Array): BatchFigures {
  let at = 0
  const next = (size: number): number => {
    const part = values.subarray(at, at + size)
    at += size
    return part.reduce((sum, value) => sum + value, 0)
  }
  return {
    cells,
    loss: next(sizes.loss),
    logLikelihood: next(sizes.logLikelihood),
    kl: next(sizes.kl),
    sparsity: next(sizes.sparsity),
  }
}
