import type { EpochRecord } from '@contract/run'
import { describe, expect, it } from 'vitest'
import { figureAsSvg } from '../figureExport'
import { explainTraining } from './explainTraining'
import { bestEpoch, edgesOption, lossOption, warmUps, type CurvesOf } from './trainingOption'
import { trainingTable } from './trainingTable'

function epoch(number: number, validation: number | null, warmUp = 2): EpochRecord {
  return {
    epoch: number,
    phase: 1,
    seconds: 1.5,
    klWeight: Math.min(1, (number - 1) / warmUp),
    trainNegativeElbo: 500 - number,
    trainReconstruction: 490,
    trainKl: 10,
    validationNegativeElbo: validation,
    validationReconstruction: validation,
    validationKl: validation === null ? null : 9,
    sparsity: 100,
    edges: 250 - number,
  }
}

function curves(losses: (number | null)[], patience: number | null = 3): CurvesOf {
  return {
    epochs: losses.map((loss, index) => epoch(index + 1, loss)),
    configuration: { epochs: 10, warmUp: 2, start: null, patience, stopWhen: 'lossRests' },
  }
}

describe('best epoch', () => {
  it('is the lowest validation loss after the warm-up', () => {
    expect(bestEpoch(curves([100, 100, 300, 290, 295]))?.epoch).toBe(4)
    expect(bestEpoch(curves([100, 100]))).toBeNull()
  })

  it('is the lowest training loss without validation', () => {
    expect(bestEpoch(curves([null, null, null, null]))?.epoch).toBe(4)
  })
})

describe('explanation', () => {
  it('says that losses cannot be compared in the warm-up', () => {
    expect(explainTraining(curves([500, 400]), 'running', null)).toBe(
      'Epoch 2 of 2 in the warm-up: the KL term is still being turned on, so losses cannot be compared yet. ' +
        'Training ends after 10 epochs, or earlier once the validation loss has not improved for 3 epochs.',
    )
  })

  it('names the edges where they have to rest too, unless the model has none', () => {
    const both = curves([500, 400, 300])
    const waiting = {
      ...both,
      configuration: { ...both.configuration, stopWhen: 'lossAndEdgesRest' as const },
    }
    expect(explainTraining(waiting, 'running', null)).toContain(
      'or earlier once, for 3 epochs, the validation loss has not improved and the number of edges has stayed the same to 1 %.',
    )
    const withoutEdges = { ...waiting, epochs: both.epochs.map((record) => ({ ...record, edges: null })) }
    expect(explainTraining(withoutEdges, 'running', null)).toContain(
      'or earlier once the validation loss has not improved for 3 epochs.',
    )
  })

  it('says when the loss was lowest and when training will end', () => {
    const words = explainTraining(curves([500, 400, 300, 290, 295]), 'running', null)
    expect(words).toContain('The validation loss was lowest in epoch 4, 1 epoch before the last.')
    expect(words).toContain('has not improved for 3 epochs')
  })

  it('gives the reason of an early end, and whose values are kept', () => {
    const words = explainTraining(curves([500, 400, 300]), 'done', 'Ended on request after epoch 3.')
    expect(words).toContain('Ended on request after epoch 3. The result is that of the last epoch.')
  })

  it('says that all epochs were run', () => {
    expect(explainTraining(curves([500, 400, 300]), 'done', null)).toContain('Training ran all 3 epochs.')
  })

  it('says when nothing can stop training early', () => {
    expect(explainTraining(curves([500, 400, 300], null), 'running', null)).toContain('Early stopping is off')
    expect(explainTraining(curves([null, null, null]), 'running', null)).toContain(
      'No cells are kept for validation',
    )
  })

  it('waits for the first epoch', () => {
    expect(explainTraining(curves([]), 'running', null)).toBe('No epoch has ended yet.')
  })
})

describe('a run with a start', () => {
  const started = (phases: readonly number[]): CurvesOf => {
    const { epochs, configuration } = curves(phases.map((_, index) => 300 + 10 * index))
    return {
      epochs: epochs.map((record, index) => ({
        ...record,
        phase: phases[index],
        klWeight: index === 0 ? 0 : 1,
        edges: phases[index] === 1 ? null : 200,
      })),
      configuration: {
        ...configuration,
        warmUp: 0,
        start: { epochs: 3, warmUp: 1, learningRate: 3e-3, finalLearningRate: 3e-4 },
      },
    }
  }

  it('says that edges come after the start', () => {
    expect(explainTraining(started([1, 1]), 'running', null)).toContain(
      'Epoch 2 of 3 of the start: an iVAE, whose latents are then turned.',
    )
  })

  it('compares no loss of the start with one of the model', () => {
    expect(bestEpoch(started([1, 1, 1, 2, 2]))?.epoch).toBe(4)
  })

  it('has the warm-ups of both phases', () => {
    const { configuration } = started([1])
    expect(warmUps(configuration)).toEqual([{ from: 0, to: 1 }])
    expect(warmUps({ ...configuration, warmUp: 2 })).toEqual([
      { from: 0, to: 1 },
      { from: 3, to: 5 },
    ])
  })
})

describe('figures', () => {
  const run = curves([500, 400, 300, 290, 295])

  it('shade the warm-up, mark the best epoch and name both lines', () => {
    const svg = figureAsSvg((medium) => lossOption(run, medium), 700, 300)
    for (const word of [
      'Warm-up',
      'Best: epoch 4',
      'Training',
      'Validation',
      'Negative ELBO (nats per cell)',
      'Epoch',
    ]) {
      expect(svg).toContain(word)
    }
  })

  it('can leave the warm-up out', () => {
    const svg = figureAsSvg((medium) => lossOption({ ...run, afterWarmUp: true }, medium), 700, 300)
    expect(svg).not.toContain('Warm-up')
    expect(svg).toContain('Best: epoch 4')
  })

  it('draw no validation line without validation', () => {
    const svg = figureAsSvg((medium) => lossOption(curves([null, null, null]), medium), 700, 300)
    expect(svg).not.toContain('Validation')
  })

  it('count the edges', () => {
    expect(figureAsSvg((medium) => edgesOption(run, medium), 700, 200)).toContain('Edges over 0.5')
  })
})

it('keeps every figure of an epoch in the table', () => {
  const { columns, rows } = trainingTable([epoch(1, null)])
  expect(columns).toHaveLength(rows[0].length)
  expect(rows[0].slice(0, 3)).toEqual([1, 1.5, 0])
  expect(rows[0][6]).toBeNull()
})
