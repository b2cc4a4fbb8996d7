import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import golden from '../../golden/nb_logprob.json'
import { compileKernels, instantiateKernels, type KernelBuild } from './kernels'
import { KernelMemory } from './memory'

const rows = z
  .object({ rows: z.array(z.tuple([z.number(), z.number(), z.number()]).rest(z.number())) })
  .parse(golden)
  .rows.map(([x, mean, theta, logProbability, byMean, , byLogTheta]) => ({
    x,
    mean,
    theta,
    logProbability,
    byMean,
    byLogTheta,
  }))

interface Point {
  readonly logProbability: number
  /** μ ∂/∂μ. */
  readonly pull: number
  /** θ ∂/∂θ. */
  readonly byLogTheta: number
}

/**
 * A batch of one cell and one gene: the softmax is 1, and so the mean is what is given as total count. The derivative
 * by the only logit is zero; what stands before the softmax is found in the sum of pulls.
 */
function likelihood(build: KernelBuild): (x: number, mean: number, theta: number) => Point {
  const memory = new KernelMemory(false)
  const kernels = instantiateKernels(compileKernels(false, build).module, memory.memory)
  const room = (floats: number): number => memory.allocate(floats * 4)
  const [rowStarts, genes, counts] = Array.from({ length: 3 }, () => room(8))
  const [logTheta, dispersions] = Array.from({ length: 2 }, () => room(16))
  const [libraries, out, weight, byTheta] = Array.from({ length: 4 }, () => room(16))
  const [rises, listed] = Array.from({ length: 2 }, () => room(16))
  const [begins, entries, bias, unitGradients] = Array.from({ length: 4 }, () => room(64))
  const [weights, gradients] = Array.from({ length: 2 }, () => room(8 * 48))
  const scratch = memory.allocate(32768)
  return (x, mean, theta) => {
    memory.integers(rowStarts, 2).set([0, x > 0 ? 1 : 0])
    memory.integers(counts, 1)[0] = x
    memory.floats(logTheta, 1)[0] = Math.log(theta)
    memory.floats(libraries, 8).set([mean])
    memory.floats(weight, 1)[0] = 1
    kernels.prepareDispersions(0, 1, logTheta, dispersions)
    // The float nearest to θ, so that rounding its logarithm is not part of the comparison.
    memory.floats(dispersions, 3).set([theta, 1 / (theta + 1e-8), theta / (theta + 1e-8)])
    memory.floats(listed, 8).set([0, Math.log1p(x), 0, 0])
    kernels.sumRises(
      ...[0, 1, rowStarts, genes, counts, 4],
      ...[rowStarts, rowStarts + 4, listed, dispersions, rises, scratch],
    )
    const [rise, riseByTheta] = memory.floats(rises, 2).slice()
    kernels.outputLayer(
      ...[0, 1, 1, 1, 1, begins, begins, entries, weights, bias, dispersions],
      ...[rowStarts, genes, counts, 4, libraries, 0],
      ...[0, out, weight, byTheta, gradients, unitGradients, 16, scratch],
    )
    const parts = memory.floats(byTheta, 4)
    return {
      logProbability: memory.floats(out, 1)[0] + rise,
      pull: memory.floats(scratch + 96, 1)[0],
      byLogTheta: theta * parts.reduce((sum, part) => sum + part, riseByTheta),
    }
  }
}

describe.each(['relaxed', 'plain'] as const)('negative binomial in the %s build', (build) => {
  const at = likelihood(build)

  test('log-probabilities, also where the direct formula cancels', () => {
    for (const { x, mean, theta, logProbability } of rows) {
      const ours = at(x, mean, theta).logProbability
      // What is left to cancel is of this size; each count also feels the rounding of its mean.
      const scale =
        Math.abs(logProbability) + x * (1 + Math.abs(Math.log(mean))) + (x + theta) * Math.log1p(mean / theta)
      expect(
        Math.abs(ours - logProbability),
        `x ${x}, mean ${mean}, theta ${theta}: ${ours}, not ${logProbability}`,
      ).toBeLessThan(3e-7 * scale + 1e-12)
    }
  })

  test('derivatives', () => {
    for (const { x, mean, theta, byMean, byLogTheta } of rows) {
      const { pull, byLogTheta: ours } = at(x, mean, theta)
      const where = `x ${x}, mean ${mean}, theta ${theta}`
      expect(Math.abs(pull - mean * byMean), where).toBeLessThan(
        4e-7 * (x + (theta * mean) / (theta + mean)) + 1e-12,
      )
      const scale =
        Math.min(x, theta * Math.log1p(x / theta) + 1) +
        (x * theta) / (theta + mean) +
        theta * Math.log1p(mean / theta)
      expect(Math.abs(ours - byLogTheta), `${where}: ${ours}, not ${byLogTheta}`).toBeLessThan(
        1e-6 * scale + 1e-12,
      )
    }
  })
})
