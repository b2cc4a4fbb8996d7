import { modelRecipeSchema, type ModelName } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { denseDesign } from '../compute/design'
import type { Model } from '../compute/model'
import { completeConfiguration, createModel } from '../models/createModel'
import { interpret } from './interpret'
import { importanceWeightedLikelihood } from '../evaluation/importanceWeightedLikelihood'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import { controlCell, type PreparedScreen } from '../screen/screen'
import { BatchMaker } from '../training/batches'
import { smallScreen } from '../training/smallScreen'
import { train } from '../training/train'
import { learntPerturbations, screenSize, trainingData } from '../training/trainingData'

/** A and B alone and together; B+D, of which D never occurs alone. */
const screen: PreparedScreen = {
  ...smallScreen(),
  perturbations: ['A', 'B', 'A+B', 'B+D'],
  heldOut: [false, false, false, true],
}
const data = trainingData(screen, { covariates: [] })
/** A control cell, then one cell of each perturbation. */
const cells = Uint32Array.from([controlCell, 0, 1, 2, 3], (perturbation) =>
  screen.perturbationOfCell.indexOf(perturbation),
)
const epochs = 2

function configurationOf(model: ModelName) {
  return completeConfiguration(modelRecipeSchema.parse({ model, latents: 2, epochs, batchSize: 16 }), 4)
}

function modelNamed(name: ModelName): Model {
  return createModel(configurationOf(name), screenSize(data))
}

function designOf(name: ModelName): number[] {
  const { design } = new BatchMaker(modelNamed(name), data, 0).make(cells, { epoch: 1, batch: 0 })
  return [...denseDesign(design, 4)]
}

describe('a combination', () => {
  test('carries its parts in SAMS-VAE, and is itself where a part never occurs alone', () => {
    expect(designOf('sams-vae')).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1])
  })

  test.each(['ivae', 'svae', 'svae-plus'] as const)('is a perturbation of its own in %s', (name) => {
    expect(designOf(name)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  })

  test('has nothing to learn where it is the sum of its parts, which it trains', () => {
    expect(learntPerturbations(modelNamed('svae-plus'), data)).toEqual([true, true, true, false])
    expect(learntPerturbations(modelNamed('sams-vae'), data)).toEqual([true, true, false, false])
    const onlyTogether = { ...data, trained: [false, false, true, false] }
    expect(learntPerturbations(modelNamed('sams-vae'), onlyTogether)).toEqual([true, true, false, false])
  })

  test('has no row in the results of SAMS-VAE, and cannot be weighed as one shift', async () => {
    const executor = await cpuExecutor(1)
    const { checkpoint, metrics } = await train({
      ...{ data, configuration: configurationOf('sams-vae'), executor },
      onEpoch: () => {},
      onCheckpoint: () => Promise.resolve(),
    })
    expect(metrics?.possibleEdges).toBe(4)
    expect((await interpret(checkpoint, screen, { executor })).trained).toEqual([true, true, false, false])

    const session = executor.open(modelNamed('sams-vae'), checkpoint.state)
    const options = { particles: 20, seed: 1 }
    await expect(importanceWeightedLikelihood(session, { ...data, cells }, options)).rejects.toMatchObject({
      code: 'evaluation/combinations',
    })
    const alone = { ...data, cells: cells.filter((cell) => screen.perturbationOfCell[cell] !== 2) }
    expect((await importanceWeightedLikelihood(session, alone, options)).perPerturbation).toHaveLength(4)
    session.close()
  })
})
