import { modelRecipeSchema, type ModelName, type ModelRecipe } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { createModel } from '../models/createModel'
import { fixedMaskTensor, maskLogitTensor, shiftTensor } from '../models/maskedShift'
import type { PreparedScreen } from '../screen/screen'
import { decodeCheckpoint, encodeCheckpoint, unbegun, type Checkpoint } from '../training/checkpoint'
import { smallScreen } from '../training/smallScreen'
import { train } from '../training/train'
import { trainingData } from '../training/trainingData'
import { importanceWeightedLikelihood } from './importanceWeightedLikelihood'
import { fitShifts, heldOutData, reasonAgainstTransfer, retrainWithFixedMask } from './transfer'

const latents = 3

/** A is held out; the model knows its effect, which B has too. */
function screenWithA(cells = 240): PreparedScreen {
  const screen = smallScreen(cells)
  return {
    ...screen,
    heldOut: [true, false, false, false],
    splitOfCell: Array.from(screen.perturbationOfCell, (perturbation, cell) =>
      perturbation === 0 ? 'test' : cell % 7 === 0 ? 'validation' : 'train',
    ),
  }
}

const screen = screenWithA()
const executor = fusedExecutor({ threads: 1 })
const options = { screen, executor, onCheckpoint: () => Promise.resolve() }

async function trainedRun(model: ModelName, more: Partial<ModelRecipe> = {}): Promise<Checkpoint> {
  const configuration = modelRecipeSchema.parse({
    model,
    latents,
    epochs: 25,
    batchSize: 16,
    warmUp: 2,
    learningRate: 0.01,
    seed: 4,
    ...more,
  })
  const { checkpoint } = await train({
    ...{ data: trainingData(screen, { covariates: [] }), configuration, executor },
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  })
  return checkpoint
}

/** Interventional negative log-likelihood per cell. */
async function negativeLogLikelihood({ configuration, size, stage, state }: Checkpoint): Promise<number> {
  const session = executor.open(createModel(configuration, size, stage), state)
  const cells = heldOutData(screen, { covariates: [] }).trainingCells
  const { meanOverPerturbations } = await importanceWeightedLikelihood(
    session,
    { counts: screen.counts, covariates: null, perturbationOfCell: screen.perturbationOfCell, cells },
    { particles: 200, seed: 1 },
  )
  session.close()
  return -meanOverPerturbations.value
}

function changedTensors(before: Checkpoint, after: Checkpoint, group: 'parameters' | 'statistics'): string[] {
  return Object.keys(before.state[group]).filter(
    (name) => before.state[group][name].join() !== after.state[group][name].join(),
  )
}

describe('the transfer protocol', () => {
  test('binarises, trains again, then fits nothing but shifts, and the held-out cells become likelier', async () => {
    const trained = await trainedRun('svae-plus')
    const { checkpoint: retrained } = await retrainWithFixedMask(trained, options)
    const mask = [...retrained.state.parameters[fixedMaskTensor]]
    expect(mask.slice(0, latents)).toEqual([1, 1, 1])
    expect(mask.slice(latents)).toEqual(
      Array.from(trained.state.parameters[maskLogitTensor], (logit) => (logit > 0 ? 1 : 0)).slice(latents),
    )
    expect([...retrained.state.parameters[shiftTensor].subarray(0, latents)]).toEqual([0, 0, 0])
    expect(retrained.configuration).toMatchObject({ warmUp: 1, learningRate: 0.01 })
    expect(retrained.state.adam.steps).toBeGreaterThan(0)
    const [first, again] = [trained, retrained].map(({ state }) => state.parameters['encoder.layer0.weight'])
    expect(again).not.toEqual(first)

    const { checkpoint: fitted } = await fitShifts(retrained, options)
    expect(fitted.configuration).toMatchObject({ learningRate: 0.005, patience: null })
    expect(fitted.progress.epoch).toBe(25)
    expect(changedTensors(retrained, fitted, 'parameters')).toEqual([shiftTensor])
    expect(changedTensors(retrained, fitted, 'statistics')).toEqual([])
    expect(await negativeLogLikelihood(fitted)).toBeLessThan((await negativeLogLikelihood(retrained)) - 0.05)
  })

  test('goes on from a run of two phases with one phase, one mask and the published step size', async () => {
    const start = { epochs: 10, warmUp: 2, learningRate: 0.01, finalLearningRate: 1e-3 }
    const trained = await trainedRun('svae-plus', {
      ...{ start, mask: 'marginal', finalLearningRate: 1e-3, shiftRate: 10 },
    })
    const { checkpoint: retrained } = await retrainWithFixedMask(trained, options)
    expect(retrained.progress.history.map(({ phase }) => phase)).toEqual(Array.from({ length: 25 }, () => 1))
    expect(new Set(retrained.state.parameters[fixedMaskTensor])).toEqual(new Set([0, 1]))
    const { checkpoint: fitted } = await fitShifts(retrained, options)
    expect(fitted.configuration).toMatchObject({
      ...{ learningRate: 0.005, finalLearningRate: null, shiftRate: 1 },
    })
    expect(changedTensors(retrained, fitted, 'parameters')).toEqual([shiftTensor])
  })

  test.each(['ivae', 'svae'] as const)('moves the encoder statistics of %s, as published', async (model) => {
    const { checkpoint: retrained } = await retrainWithFixedMask(await trainedRun(model), options)
    const { checkpoint: fitted } = await fitShifts(retrained, options)
    expect(changedTensors(retrained, fitted, 'parameters')).toEqual([shiftTensor])
    const moved = changedTensors(retrained, fitted, 'statistics')
    expect(moved).toHaveLength(4)
    expect(moved.every((name) => name.startsWith('encoder.'))).toBe(true)
  })

  test('trains a model without shifts again, as published', async () => {
    const trained = await trainedRun('vae')
    const { checkpoint } = await retrainWithFixedMask(trained, options)
    expect(changedTensors(trained, checkpoint, 'parameters')).toContain('decoder.output.weight')
  })

  test('goes on after a pause and ends the same', async () => {
    const { checkpoint: retrained } = await retrainWithFixedMask(await trainedRun('svae-plus'), options)
    const whole = await fitShifts(retrained, options)
    const pause = new AbortController()
    let batches = 0
    const paused = await fitShifts(retrained, {
      ...options,
      signal: pause.signal,
      onProgress: () => {
        batches += 1
        if (batches === 5) pause.abort()
      },
    })
    expect(paused.state).toBe('paused')
    const resumeFrom = decodeCheckpoint(encodeCheckpoint(paused.checkpoint))
    const resumed = await fitShifts(retrained, { ...options, resumeFrom })
    expect(resumed.checkpoint.state).toEqual(whole.checkpoint.state)
  })

  test('says why it has nothing to say', () => {
    const configuration = modelRecipeSchema.parse({})
    const progress = { ...unbegun, epoch: 25 }
    expect(reasonAgainstTransfer({ configuration, progress }, [false, false])).toMatch(/held out/)
    expect(reasonAgainstTransfer({ configuration, progress }, [false, true])).toBeNull()
    const sams = modelRecipeSchema.parse({ model: 'sams-vae' })
    expect(reasonAgainstTransfer({ configuration: sams, progress }, [true])).toMatch(/SAMS-VAE/)
    const inTwoPhases = modelRecipeSchema.parse({ start: { epochs: 26 } })
    expect(reasonAgainstTransfer({ configuration: inTwoPhases, progress }, [true])).toMatch(/start/)
  })

  test('refuses held-out perturbations without cells', () => {
    const heldOut = [...screen.heldOut, true]
    const without = { ...screen, perturbations: [...screen.perturbations, 'E'], heldOut }
    expect(() => heldOutData(without, { covariates: [] })).toThrow(
      expect.objectContaining({
        code: 'evaluation/heldOutWithoutCells',
        message: expect.stringContaining('E') as string,
      }) as Error,
    )
    const few = { ...screen, splitOfCell: screen.splitOfCell.map(() => 'train' as const) }
    expect(() => heldOutData({ ...few, heldOut: [false, false, false, false] }, { covariates: [] })).toThrow(
      expect.objectContaining({ code: 'evaluation/fewHeldOutCells' }) as Error,
    )
  })
})
