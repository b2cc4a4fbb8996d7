import type { Batch } from '../compute/executor'
import { compileKernels } from '../compute/fused/kernels'
import { KernelMemory } from '../compute/fused/memory'
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

/**
 * Multiplications and additions of a training step: three products for each dense layer (forward, gradient by weights,
 * gradient by inputs), and two over stored counts alone for the first one.
 * @returns floating-point operations, a multiplication and an addition counted as two
 */
export function operationsOfStep(model: Model, { counts: { cells, counts } }: Batch): number {
  let operations = 0
  for (const { name, shape } of model.parameters) {
    if (shape.length !== 2 || !name.endsWith('.weight')) continue
    const [outputs, inputs] = shape
    operations += inputs === model.genes ? 4 * counts.length * outputs : 6 * cells * outputs * inputs
  }
  return operations
}
