import '@tensorflow/tfjs-backend-cpu'
import { engine, getBackend, removeBackend, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publishedAdam } from '../adam'
import { graphExecutor } from '../graph/graphExecutor'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import { startCpu } from '../graph/tfjsBackend'
import { cudaExecutor } from './cudaExecutor'
import { pretendPackage } from './pretendPackage'
import { restoreUtilChecks } from './utilShim'

type Load = () => unknown

beforeEach(async () => {
  await setBackend('cpu')
})
afterEach(async () => {
  if ('tensorflow' in engine().registryFactory) removeBackend('tensorflow')
  await setBackend('cpu')
})

describe('CUDA', () => {
  test('trains on the backend that the package registers', async () => {
    const executor = await cudaExecutor(pretendPackage())
    expect(executor.detail).toMatch(/CUDA/)
    const session = executor.open(selfTestModel, selfTestState())
    const { loss } = await session.step(selfTestBatch(), 0.5, publishedAdam)
    expect(getBackend()).toBe('tensorflow')
    const onProcessor = (await graphExecutor(startCpu)).open(selfTestModel, selfTestState())
    expect((await onProcessor.step(selfTestBatch(), 0.5, publishedAdam)).loss).toBeCloseTo(loss, 2)
    expect(getBackend()).toBe('cpu')
    expect((await session.step(selfTestBatch(), 0.5, publishedAdam)).loss).toBeLessThan(loss)
  })

  const withoutNativePart: Load = () => {
    throw new Error('The Node.js native addon module can not be found at path: /x.\nPlease run')
  }
  interface Refusal {
    readonly because: string
    readonly load: Load
    readonly message: RegExp
    readonly hint: RegExp
  }
  const refusals: readonly Refusal[] = [
    {
      because: 'its native part is missing',
      load: withoutNativePart,
      message: /module can not be found at path: \/x\.$/,
      hint: /npm rebuild/,
    },
    {
      because: 'it registers nothing',
      load: () => undefined,
      message: /could not be loaded/,
      hint: /npm rebuild/,
    },
    {
      because: 'TensorFlow finds no GPU',
      load: pretendPackage(false),
      message: /finds no NVIDIA graphics card/,
      hint: /CUDA 11\.2/,
    },
    {
      because: 'it lacks an operation',
      load: pretendPackage(true, ['Softplus']),
      message: /Softplus/,
      hint: /CUDA 11\.2/,
    },
  ]
  test.each(refusals)(
    'cannot be used when $because, and says what to do',
    async ({ load, message, hint }) => {
      await expect(cudaExecutor(load)).rejects.toMatchObject({
        code: 'device/unusable',
        message: expect.stringMatching(message) as unknown,
        hint: expect.stringMatching(hint) as unknown,
      })
    },
  )

  test('is refused when it computes otherwise than the processor', async () => {
    const reference = await startCpu()
    const others = {
      ...reference,
      kernels: { ...reference.kernels, moveTowards: (running: Tensor) => running.clone() },
    }
    await expect(cudaExecutor(pretendPackage(), () => Promise.resolve(others))).rejects.toMatchObject({
      code: 'device/unusable',
      message: expect.stringMatching(/computes wrongly: hidden\.running\w+ differs/) as unknown,
    })
  })

  test('as it is installed here says why it cannot be used', async () => {
    await expect(cudaExecutor()).rejects.toMatchObject({
      code: 'device/unusable',
      hint: expect.stringMatching(/npm (install|rebuild)/) as unknown,
    })
  })
})

describe('checks that Node removed', () => {
  test('are put back where they are missing, and only there', () => {
    const own = () => true
    const util: Record<string, unknown> = { isArray: own }
    restoreUtilChecks(util)
    expect(util.isArray).toBe(own)
    const check = util.isNullOrUndefined
    if (typeof check !== 'function') throw new Error('isNullOrUndefined is missing.')
    expect([null, undefined, 0, ''].map((value): unknown => Reflect.apply(check, null, [value]))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(Object.keys(util)).toEqual(['isArray'])
  })
})
