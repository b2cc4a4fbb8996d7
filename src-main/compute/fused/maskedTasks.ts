import { part, strideOf } from './access'
import { gaussianKlByVariance } from './latentTasks'
import type { PlanBuilder } from './plan'
import type { Node, OperationOf } from './recording'

export function maskedGaussianKl(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'maskedGaussianKl'>,
): void {
  const { mean, variance, shift, maskLogits } = operation
  const split = builder.rowSplit(node)
  const inputs = [mean, variance, shift, maskLogits].map((input) => builder.place(input))
  const out = builder.place(node)
  builder.add({
    kernel: 'maskedGaussianKl',
    split,
    numbers: (begin, end) => [
      begin,
      end,
      mean.columns,
      strideOf(inputs[0]),
      ...inputs.map(({ address }) => address),
      out.address,
    ],
    reads: inputs.map((input) => part(input, split)),
    writes: [part(out, split)],
  })
}

export function maskedGaussianKlBackward(
  builder: PlanBuilder,
  node: Node,
  operation: OperationOf<'maskedGaussianKl'>,
): void {
  const { mean, variance, shift, maskLogits } = operation
  const split = builder.rowSplit(node)
  const inputs = [mean, shift, maskLogits].map((input) => builder.place(input))
  const { stride } = inputs[0].layout
  const weight = builder.weightOf(node)
  for (const [input, kernel] of [
    [mean, 'maskedGaussianKlByMean'],
    [shift, 'maskedGaussianKlByShift'],
    [maskLogits, 'maskedGaussianKlByLogits'],
  ] as const) {
    if (!builder.needsGradient(input)) continue
    const { place, add } = builder.contribution(input)
    builder.add({
      kernel,
      split,
      numbers: (begin, end) => [
        begin * stride,
        end * stride,
        ...inputs.map(({ address }) => address),
        weight,
        add,
        place.address,
      ],
      reads: inputs.map((read) => part(read, split)),
      writes: [part(place, split)],
    })
  }
  gaussianKlByVariance(builder, node, variance)
}
