import { modelNames, modelRecipeSchema, startRecipeSchema, type ModelRecipe } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { importanceWeightedLikelihood } from '../evaluation/importanceWeightedLikelihood'
import { fitShifts, retrainWithFixedMask } from '../evaluation/transfer'
import { sparse } from '../models/goldenModel'
import type { Covariate, PreparedScreen } from '../screen/screen'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../training/checkpoint'
import { cellCovariates } from '../training/covariates'
import { phaseAfter } from '../training/phases'
import { smallScreen } from '../training/smallScreen'
import { train, type TrainingOptions } from '../training/train'
import { trainingData } from '../training/trainingData'
import { interpret } from './interpret'

const small = smallScreen()

/** Replicates, cell after cell, and two days. */
function screenWith(firstReplicate: number): PreparedScreen {
  const column: Covariate = {
    kind: 'text',
    levels: ['r1', 'r2', 'r3'],
    codes: Int32Array.from(small.barcodes, (_, cell) => (cell + firstReplicate) % 3),
  }
  const day: Covariate = {
    kind: 'number',
    values: Float64Array.from(small.barcodes, (_, cell) => (cell % 5 === 0 ? 7 : 2)),
  }
  return { ...small, covariates: { column, day } }
}

const screen = screenWith(0)
const columns = ['column', 'day']
const start = startRecipeSchema.parse({ epochs: 2, warmUp: 1 })

function recipeOf(changes: Partial<ModelRecipe>): ModelRecipe {
  return modelRecipeSchema.parse({
    ...{ latents: 3, epochs: 4, batchSize: 16, warmUp: 2, patience: null, covariates: columns },
    ...changes,
  })
}

async function trained(configuration: ModelRecipe, more: Partial<TrainingOptions> = {}): Promise<Checkpoint> {
  const { checkpoint } = await train({
    data: more.data ?? trainingData(screen, configuration),
    configuration,
    executor: fusedExecutor({ threads: 1 }),
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
    ...more,
  })
  return checkpoint
}

describe('a run with covariates', () => {
  test.each([
    ...modelNames.map((model) => [model, recipeOf({ model })] as const),
    ['svae-plus after a start', recipeOf({ mask: 'marginal', start })] as const,
  ])('learns their weights: %s', async (_name, configuration) => {
    const { state, size } = await trained(configuration)
    expect(size.covariateLevels).toBe(5)
    for (const name of ['encoder.covariates.weight', 'decoder.covariates.weight']) {
      expect(state.parameters[name]).toHaveLength(5 * configuration.hidden)
      expect(state.adam.secondMoments[name].every((moment) => moment > 0)).toBe(true)
    }
  })

  test('goes on from a checkpoint as if it had never stopped', async () => {
    const configuration = recipeOf({})
    const whole = await trained(configuration)
    const controller = new AbortController()
    const half = await trained(configuration, {
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) controller.abort()
      },
    })
    expect(half.progress.epoch).toBe(2)
    const resumed = await trained(configuration, { resumeFrom: decodeCheckpoint(encodeCheckpoint(half)) })
    expect(resumed.state).toEqual(whole.state)
  })

  test('is refused for a checkpoint of other covariates', async () => {
    const one = recipeOf({ covariates: ['day'] })
    const of = await trained(one)
    await expect(trained(recipeOf({}), { resumeFrom: of })).rejects.toMatchObject({
      code: 'checkpoint/otherScreen',
    })
  })

  test('is interpreted, transferred and weighed with them, alike on both engines', async () => {
    const checkpoint = await trained(recipeOf({}))
    const results = await interpret(checkpoint, screen, { executor: fusedExecutor({ threads: 1 }) })
    const others = await interpret(checkpoint, screen, { executor: await graphExecutor() })
    results.latentMeans.forEach((mean, at) => expect(mean).toBeCloseTo(others.latentMeans[at], 3))
    results.geneScores.forEach((score, at) => expect(score).toBeCloseTo(others.geneScores[at], 3))

    const options = { screen, executor: fusedExecutor({ threads: 1 }), onCheckpoint: () => Promise.resolve() }
    const { checkpoint: retrained } = await retrainWithFixedMask(checkpoint, options)
    const { checkpoint: fitted } = await fitShifts(retrained, options)
    // Nothing but shifts is fitted to held-out cells.
    for (const name of ['encoder.covariates.weight', 'decoder.covariates.weight']) {
      expect(fitted.state.parameters[name]).toEqual(retrained.state.parameters[name])
    }
    const { configuration, size, progress, stage, state } = fitted
    const { model } = phaseAfter(configuration, size, progress.epoch, stage)
    const data = { ...trainingData(screen, configuration), cells: Uint32Array.of(1, 2, 3) }
    const weighed = async (executor: TrainingOptions['executor'], covariates = data.covariates) => {
      const session = (executor ?? options.executor).open(model, state)
      const { logLikelihood } = await importanceWeightedLikelihood(
        session,
        { ...data, covariates },
        { particles: 20, seed: 1 },
      )
      session.close()
      return logLikelihood
    }
    const [here, there] = [await weighed(options.executor), await weighed(await graphExecutor())]
    here.forEach((value, at) => expect(value).toBeCloseTo(there[at], 2))
    const swapped = cellCovariates(screenWith(1), columns).ofCells
    expect((await weighed(options.executor, swapped))[0]).not.toBeCloseTo(here[0], 3)
  })
})

/** In every second cell the last four genes are counted more: a batch effect beside those of A and B. */
function screenOfTwoBatches(): PreparedScreen {
  const screen = smallScreen(240)
  const { cells, genes, rowStarts, geneIndices, counts } = screen.counts
  const dense = new Array<number>(cells * genes).fill(0)
  for (let cell = 0; cell < cells; cell++) {
    for (let entry = rowStarts[cell]; entry < rowStarts[cell + 1]; entry++) {
      dense[cell * genes + geneIndices[entry]] = counts[entry]
    }
    for (let gene = genes - 4; gene < genes; gene++) dense[cell * genes + gene] += cell % 2 === 0 ? 0 : 9
  }
  const batch: Covariate = {
    kind: 'text',
    levels: ['first', 'second'],
    codes: Int32Array.from(screen.barcodes, (_, cell) => cell % 2),
  }
  return { ...screen, counts: sparse(dense, genes), covariates: { batch } }
}

test('what a batch does is in a latent without the covariate, and in none with it', async () => {
  const batches = screenOfTwoBatches()
  const executor = fusedExecutor({ threads: 1 })
  const largestShare = async (covariates: string[], seed: number): Promise<number> => {
    const configuration = recipeOf({
      ...{ model: 'vae', latents: 2, epochs: 60, batchSize: 32, warmUp: 10, learningRate: 0.01 },
      ...{ covariates, seed },
    })
    const checkpoint = await trained(configuration, { data: trainingData(batches, configuration) })
    const { shares } = await interpret(checkpoint, batches, { executor })
    const row = shares?.factors.findIndex(({ name }) => name === 'batch') ?? -1
    expect(row).toBeGreaterThanOrEqual(0)
    return Math.max(...(shares?.share.subarray(2 * row, 2 * row + 2) ?? []))
  }
  // One short run may leave a quarter of a latent to the batch.
  const seeds = [1, 2, 3]
  const meanShare = async (covariates: string[]): Promise<number> => {
    let sum = 0
    for (const seed of seeds) sum += await largestShare(covariates, seed)
    return sum / seeds.length
  }
  expect(await meanShare([])).toBeGreaterThan(0.6)
  expect(await meanShare(['batch'])).toBeLessThan(0.2)
})
