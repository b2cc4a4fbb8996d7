import type { Batch } from '../compute/executor'
import { compileKernels } from '../compute/fused/kernels'
import { KernelMemory } from '../compute/fused/memory'
import { recordDecoder, recordLoss, type Node, type OperationOf } from '../compute/fused/recording'
import { Team } from '../compute/fused/team'
import type { Model } from '../compute/model'

const rounds = 1_000_000

/** How fast this machine multiplies and adds 128 bits at a time when it does nothing else. */
export interface Ceiling {
  /** Operations a second, in a burst of some milliseconds on all threads. */
  measure(): number
  close(): void
}

/** Opens the measurement; it runs on the same threads and engine as the kernels. */
export function openCeiling(threads: number): Ceiling {
  const compiled = compileKernels(threads > 1)
  const memory = new KernelMemory(compiled.shared)
  const team = new Team(compiled, memory, threads)
  const programs = Array.from({ length: threads }, () => [
    { kernel: 'multiplyAdds' as const, numbers: [rounds, memory.allocate(16)] },
  ])
  const operations = threads * team.kernels.multiplyAdds(rounds, programs[0][0].numbers[1])
  return {
    measure: () => {
      const started = performance.now()
      team.run(0, programs)
      return operations / ((performance.now() - started) / 1000)
    },
    close: () => team.close(),
  }
}

/** Units that a ReLU lets through: about so many at the start and, on real screens, throughout training. */
const passedShare = 0.5

/** Share of a layer's input that is not zero, where it is read as lists; 1 elsewhere. */
function shareOfInput({ operation }: Node): number {
  switch (operation.kind) {
    case 'relu':
      return passedShare
    case 'dropout':
      return (1 - operation.rate) * shareOfInput(operation.input)
    default:
      return 1
  }
}

/** Multiplications and additions of a dense layer forward, each counted as an operation, over what is not zero. */
function operationsOfLayer(
  { input }: OperationOf<'dense'>,
  outputs: number,
  cells: number,
  stored: number,
): number {
  const inputs = input.operation.kind === 'logCounts' ? stored : cells * input.columns * shareOfInput(input)
  return 2 * inputs * outputs
}

/**
 * Operations of a training step: three products for each dense layer (forward, gradient by weights, gradient by inputs),
 * two for the first one.
 */
export function operationsOfStep(model: Model, { counts: { cells, counts } }: Batch): number {
  let operations = 0
  for (const { operation, columns } of recordLoss(model, cells, 1, true).nodes) {
    if (operation.kind !== 'dense') continue
    const products = operation.input.operation.kind === 'logCounts' ? 2 : 3
    operations += products * operationsOfLayer(operation, columns, cells, counts.length)
  }
  return operations
}

/** Operations from the latents of one particle to its logits. */
export function operationsOfParticle(model: Model): number {
  let operations = 0
  for (const { operation, columns } of recordDecoder(model).nodes) {
    if (operation.kind === 'dense') operations += operationsOfLayer(operation, columns, 1, 0)
  }
  return operations
}
