import { ShiftscopeError } from '@contract/errors'
import { modelRecipeSchema } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { completeConfiguration, createModel } from '../models/createModel'
import { decodeCheckpoint, encodeCheckpoint, noSums, type Checkpoint } from './checkpoint'
import { startState } from './startState'

const size = { genes: 7, perturbations: 3, covariateLevels: 0, trainingCells: 20 }
const configuration = completeConfiguration(modelRecipeSchema.parse({ latents: 2, seed: 5 }), 3)

function checkpoint(): Checkpoint {
  const state = startState(createModel(configuration, size), configuration.seed)
  return {
    stage: 'joint',
    configuration,
    size,
    progress: {
      epoch: 1,
      batch: 2,
      sums: { ...noSums, cells: 6, logLikelihood: -1 / 3, kl: Math.PI },
      history: [
        {
          epoch: 1,
          phase: 1,
          seconds: 0.25,
          klWeight: 0.02,
          trainNegativeElbo: 12.5,
          trainReconstruction: 12,
          trainKl: 0.5,
          validationNegativeElbo: null,
          validationReconstruction: null,
          validationKl: null,
          sparsity: 3,
          edges: 6,
        },
      ],
      rotation: null,
    },
    state: { ...state, adam: { ...state.adam, steps: 9 } },
  }
}

describe('checkpoint', () => {
  test('comes back from bytes exactly', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint()))).toEqual(checkpoint())
  })

  test('comes back from a view into a larger buffer, as files are read', () => {
    const bytes = encodeCheckpoint(checkpoint())
    const larger = new Uint8Array(bytes.length + 24)
    larger.set(bytes, 13)
    const view = Buffer.from(larger.buffer, 13, bytes.length)
    expect(decodeCheckpoint(view)).toEqual(checkpoint())
  })

  test('is laid out as safetensors: length, JSON header, aligned data', () => {
    const bytes = encodeCheckpoint(checkpoint())
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(headerBytes % 8).toBe(0)
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)))
    expect(header).toMatchObject({
      'parameter/encoder.layer0.weight': { dtype: 'F32', shape: [128, 7] },
      'adam.second/mechanism.shift': { dtype: 'F32', shape: [3, 2] },
    })
  })

  test.each([
    ['cut in the values', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 4)],
    ['cut in the header', (bytes: Uint8Array) => bytes.subarray(0, 40)],
    ['empty', () => new Uint8Array(0)],
    ['of something else', () => new TextEncoder().encode('these are no tensors at all')],
  ])('%s is refused as damaged', (_name, damage) => {
    const bytes = encodeCheckpoint(checkpoint())
    expect(() => decodeCheckpoint(damage(bytes))).toThrow(ShiftscopeError)
    expect(() => decodeCheckpoint(damage(bytes))).toThrow(/damaged/)
  })
})
