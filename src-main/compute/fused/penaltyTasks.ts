import { part, whole } from './access'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

type Penalty = OperationOf<'betaPenalty'> | OperationOf<'bernoulliKl'> | OperationOf<'probabilitySum'>

const sumKernels = {
  betaPenalty: 'softplusSum',
  bernoulliKl: 'bernoulliKl',
  probabilitySum: 'probabilitySum',
} as const

/** Sums of penalties are left in one double for each thread. */
export function penalty(builder: PlanBuilder, node: Node, operation: Penalty): void {
  const logits = builder.place(operation.logits)
  const prior = operation.kind === 'bernoulliKl' ? builder.place(operation.priorLogits) : null
  const split = builder.rowSplit(operation.logits)
  const sums = builder.room(2 * builder.surroundings.threads)
  builder.partialSums.set(node.id, sums)
  builder.add({
    kernel: sumKernels[operation.kind],
    split,
    numbers: (begin, end, thread) => [
      begin,
      end,
      operation.logits.columns,
      logits.address,
      ...(operation.kind === 'bernoulliKl' && prior ? [prior.address, operation.presentOnly ? 1 : 0] : []),
      sums + 8 * thread,
    ],
    reads: [whole(logits), ...(prior ? [whole(prior)] : [])],
    writes: [],
  })
}

export function penaltyBackward(builder: PlanBuilder, node: Node, operation: Penalty): void {
  if (operation.kind === 'bernoulliKl') {
    bernoulliKlBackward(builder, node, operation)
    return
  }
  const weight = builder.weightOf(node)
  const logits = builder.place(operation.logits)
  const split = builder.rowSplit(operation.logits)
  const { stride } = logits.layout
  const { place, add } = builder.contribution(operation.logits)
  builder.add({
    kernel: operation.kind === 'betaPenalty' ? 'softplusBackward' : 'probabilitySumBackward',
    split,
    numbers: (begin, end) => [
      begin * stride,
      end * stride,
      logits.address,
      weight,
      ...(operation.kind === 'betaPenalty' ? [operation.alpha - 1] : []),
      add,
      place.address,
    ],
    reads: [whole(logits)],
    writes: [part(place, split)],
  })
}

function bernoulliKlBackward(builder: PlanBuilder, node: Node, operation: OperationOf<'bernoulliKl'>): void {
  const weight = builder.weightOf(node)
  const logits = builder.place(operation.logits)
  const split = builder.rowSplit(operation.logits)
  const { stride } = logits.layout
  const prior = builder.place(operation.priorLogits)
  for (const [input, kernel] of [
    [operation.logits, 'bernoulliKlByLogits'],
    [operation.priorLogits, 'bernoulliKlByPrior'],
  ] as const) {
    if (!builder.needsGradient(input)) continue
    const { place, add } = builder.contribution(input)
    builder.add({
      kernel,
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        logits.address,
        prior.address,
        operation.presentOnly ? 1 : 0,
        weight,
        add,
        place.address,
      ],
      reads: [whole(logits), whole(prior)],
      writes: [part(place, split)],
    })
  }
}
