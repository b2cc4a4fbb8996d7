import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { publishedAdam } from '../../src-main/compute/adam'
import { graphExecutor } from '../../src-main/compute/graph/graphExecutor'
import { selfTestBatch, selfTestModel, selfTestState } from '../../src-main/compute/graph/selfTestModel'
import { startCpu } from '../../src-main/compute/graph/tfjsBackend'
import type { NamedTensors } from '../../src-main/compute/model'
import { remoteExecutor } from '../../src-main/compute/remote/remoteExecutor'
import { goldenBatch, goldenModelSchema, goldenState, tensorsOf } from '../../src-main/models/goldenModel'
import { onlyShiftsTrained } from '../../src-main/models/stages'
import { publishedForm, svaePlus } from '../../src-main/models/svaePlus'
import { lineToPage } from './pageLine'

const goldenFile = new URL('../../src-main/golden/model_svaeplus_bn.json', import.meta.url)
const golden = goldenModelSchema.parse(JSON.parse(readFileSync(goldenFile, 'utf8')))

const { alpha, beta, n_obs: trainingCells, batch_norm: batchNorm, kl_weight: klWeight } = golden
const model = svaePlus(
  {
    ...golden.dims,
    contentLatents: 0,
    covariateLevels: 0,
    batchNorm,
    dropout: golden.dropout,
    residual: false,
  },
  { ...publishedForm, alpha, beta, trainingCells },
)

/** float32: within a share of the largest expected value. */
function expectClose(actual: NamedTensors, expected: NamedTensors, share: number): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  const largest = Object.values(expected).reduce(
    (most, values) => values.reduce((so, value) => Math.max(so, Math.abs(value)), most),
    0,
  )
  for (const [name, values] of Object.entries(expected)) {
    expect(actual[name]).toHaveLength(values.length)
    const apart = values.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[name][at])), 0)
    expect(apart, name).toBeLessThanOrEqual(share * largest)
  }
}

test('a golden step and training agree with the file and the CPU', async ({ page }) => {
  const executor = await remoteExecutor(() => lineToPage(page))
  expect(executor.detail).toMatch(/^WebGPU on .*SwiftShader/i)
  const there = executor.open(model, goldenState(golden, model))
  const here = (await graphExecutor(startCpu)).open(model, goldenState(golden, model))

  const batch = goldenBatch(golden, 0)
  const [inspected, expected] = [
    await there.inspect(batch, klWeight, 'training'),
    await here.inspect(batch, klWeight, 'training'),
  ]
  expectClose(inspected.gradients, expected.gradients, 5e-5)
  expectClose(inspected.intermediates, expected.intermediates, 5e-5)
  expectClose(inspected.statistics, tensorsOf(golden.running_after), 1e-5)
  const goldenGradients = tensorsOf(
    Object.fromEntries(Object.entries(golden.grad).flatMap(([name, held]) => (held ? [[name, held]] : []))),
  )
  const needed = Object.keys(inspected.gradients)
  expectClose(
    inspected.gradients,
    Object.fromEntries(needed.map((name) => [name, goldenGradients[name]])),
    5e-5,
  )

  for (const [step, expectedLoss] of [...golden.three_steps.losses, null, null].entries()) {
    const next = goldenBatch(golden, step % 3)
    const { loss } = await there.step(next, klWeight, publishedAdam)
    expect(Math.abs(loss / (await here.step(next, klWeight, publishedAdam)).loss - 1)).toBeLessThan(1e-5)
    if (expectedLoss !== null) expect(Math.abs(loss / expectedLoss - 1)).toBeLessThan(1e-5)
    if (step === 2) expectClose((await there.state()).statistics, tensorsOf(golden.three_steps.running), 1e-5)
  }
  const [ours, theirs] = [await there.state(), await here.state()]
  expect(ours.adam.steps).toBe(5)
  expectClose(ours.parameters, theirs.parameters, 1e-4)
  expectClose(ours.statistics, theirs.statistics, 1e-4)
  expectClose(ours.adam.firstMoments, theirs.adam.firstMoments, 1e-4)
  there.close()
})

test('running statistics move with a step only where the model says so', async ({ page }) => {
  const executor = await remoteExecutor(() => lineToPage(page))
  const before = goldenState(golden, model)
  const moved = tensorsOf(golden.running_after)
  for (const name of ['svae-plus', 'svae'] as const) {
    const session = executor.open(onlyShiftsTrained(model, name), before)
    await session.step(goldenBatch(golden, 0), klWeight, publishedAdam)
    const { statistics } = await session.state()
    for (const [statistic, values] of Object.entries(statistics)) {
      const stays = name === 'svae-plus' || statistic.startsWith('decoder.')
      const expected = (stays ? before.statistics : moved)[statistic]
      expectClose({ [statistic]: values }, { [statistic]: expected }, stays ? 0 : 1e-5)
      expect(moved[statistic]).not.toEqual(before.statistics[statistic])
    }
    session.close()
  }
})

test('a page that is gone is a lost device', async ({ page }) => {
  const executor = await remoteExecutor(() => lineToPage(page))
  const session = executor.open(selfTestModel, selfTestState())
  await session.state()
  const lost = expect(session.step(selfTestBatch(), 1, publishedAdam)).rejects.toMatchObject({
    code: 'device/lost',
  })
  await page.close()
  await lost
  await expect(session.state()).rejects.toMatchObject({ code: 'device/lost' })
})

test('the page has nothing but the port, and runs no code of others', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => refused.push(message.text()))
  await lineToPage(page)
  const outcome = await page.evaluate(async () => {
    const inline = document.createElement('script')
    inline.textContent = 'window.intruder = true'
    document.body.append(inline)
    const fetched = await fetch('/index.html').then(
      () => 'fetched',
      () => 'refused',
    )
    const found: unknown[] = [Reflect.get(window, 'intruder'), fetched, Reflect.get(window, 'shiftscope')]
    return found
  })
  expect(outcome).toEqual([undefined, 'refused', undefined])
  expect(refused.join('\n')).toContain('Content Security Policy')
})
