import { part, vectorEnd, whole } from './access'
import { unpackCounts } from './countTasks'
import { PlanBuilder, type PlanRequest, type PlanSurroundings } from './plan'
import type { Program } from './schedule'
import { elementTerms, type Node } from './recording'
import { computeNode, propagate } from './tasks'
import { weightElements } from './latentTasks'

/** Share of a batch in the running statistics. */
export const batchNormMomentum = 0.01

/** A pass, worked out: where its values are and what each thread does. */
export interface Plan {
  readonly number: number
  readonly builder: PlanBuilder
  /** One for each thread. */
  readonly forward: readonly Program[]
  /** Way back and step of Adam; empty programs where the plan has none. */
  readonly backward: readonly Program[]
}

/** Works out a pass. The memory that its buffers take is the caller's to free. */
export function makePlan(number: number, surroundings: PlanSurroundings, request: PlanRequest): Plan {
  const builder = new PlanBuilder(surroundings, request)
  const { nodes, encoded } = request.recording
  const attributes = request.purpose === 'encoderGradients'
  if (!attributes) unpackCounts(builder)
  // Random numbers first: whoever needs them has waited for other things by then.
  const isNoise = ({ operation }: Node): boolean => operation.kind === 'noise'
  for (const node of nodes.filter(isNoise)) computeNode(builder, node)
  for (const node of nodes.filter((other) => !isNoise(other))) computeNode(builder, node)
  const forward = builder.takePrograms()
  if (attributes && encoded) builder.contribution(encoded)
  if (builder.differentiates || attributes) {
    const summed = new Set(elementTerms(request.recording))
    for (const node of nodes.toReversed()) {
      if (summed.has(node)) weightElements(builder, node)
      propagate(builder, node)
    }
  }
  if (request.purpose === 'step') update(builder)
  return { number, builder, forward, backward: builder.takePrograms() }
}

/** Running statistics, and Adam on every parameter that was not updated where its gradient was made. */
function update(builder: PlanBuilder): void {
  const { parameters } = builder.surroundings
  for (const { layer, units, means, variances } of builder.layers) {
    const split = builder.unitSplit(units)
    builder.add({
      kernel: 'moveStatistics',
      split,
      numbers: (begin, end) => [
        begin,
        vectorEnd(end),
        builder.cells,
        batchNormMomentum,
        means,
        variances,
        parameters.statistic(`${layer}.runningMean`),
        parameters.statistic(`${layer}.runningVariance`),
      ],
      reads: [{ buffer: `statistics ${layer}`, split }],
      writes: [],
    })
  }
  for (const [name, gradient] of builder.parameterGradients) {
    const stored = parameters.parameter(name)
    if (!stored.trained) continue
    const split = { key: `all of ${name}`, count: stored.layout.length, unit: 16 }
    builder.add({
      kernel: 'adam',
      split,
      numbers: (begin, end) => [
        begin,
        end,
        stored.adam,
        gradient.address,
        stored.value,
        stored.firstMoment,
        stored.secondMoment,
      ],
      reads: [whole(gradient)],
      writes: [part({ ...gradient, buffer: `parameter ${name}` }, split)],
    })
  }
}
