import { part, whole } from './access'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

/** Sums of penalties are left in one double for each thread. */
export function penalty(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'betaPenalty'> | OperationOf<'bernoulliKl'>,
): void {
  const logits = builder.place(operation.logits)
  const prior = operation.kind === 'bernoulliKl' ? builder.place(operation.priorLogits) : null
  const split = builder.rowSplit(operation.logits)
  const sums = builder.room(2 * builder.surroundings.threads)
  builder.partialSums.set(node.id, sums)
  builder.add({
    kernel: operation.kind === 'betaPenalty' ? 'softplusSum' : 'bernoulliKl',
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

export function penaltyBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'betaPenalty'> | OperationOf<'bernoulliKl'>,
): void {
  const weight = builder.weightOf(node)
  const logits = builder.place(operation.logits)
  const split = builder.rowSplit(operation.logits)
  const { stride } = logits.layout
  if (operation.kind === 'betaPenalty') {
    const { place, add } = builder.contribution(operation.logits)
    builder.add({
      kernel: 'softplusBackward',
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        logits.address,
        weight,
        operation.alpha - 1,
        add,
        place.address,
      ],
      reads: [whole(logits)],
      writes: [part(place, split)],
    })
    return
  }
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
