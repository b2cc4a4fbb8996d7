import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { ShiftscopeError } from '@contract/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { publishedAdam } from '../adam'
import type { Executor, ModelState, ParticleBlock, ParticleNoise } from '../executor'
import { graphExecutor } from '../graph/graphExecutor'
import { startCpu } from '../graph/tfjsBackend'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import type { Model } from '../model'
import type { MessageLine } from './messages'
import { Asker } from './asker'
import { remoteExecutor } from './remoteExecutor'
import { serveExecutor } from './serveExecutor'

const ports: MessagePort[] = []
afterEach(() => ports.splice(0).forEach((port) => port.close()))

function lineOver(port: MessagePort): MessageLine {
  ports.push(port)
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onEnd: (listener) => port.on('close', listener),
    close: () => port.close(),
  }
}

/** An executor at the other end of a channel that copies messages. */
async function over(start: () => Promise<Executor>, restMs?: number) {
  const far: MessagePort[] = []
  const connect = () => {
    const { port1, port2 } = new MessageChannel()
    far.push(port2)
    serveExecutor(lineOver(port2), start)
    return Promise.resolve(lineOver(port1))
  }
  return { executor: await remoteExecutor(connect, restMs), far }
}

const { cells } = selfTestBatch().counts
const perCell = (factor: number, particles = 1) =>
  Float32Array.from({ length: cells * particles * selfTestModel.latents }, (_, at) => Math.sin(factor * at))
const particleRequest = { shifts: perCell(1), edgeLogits: perCell(2), particles: 3 }
const particleNoise: readonly ParticleNoise[] = [
  { kind: 'drawn', seed: 7, streams: Array.from({ length: cells }, (_, cell) => cell + 5) },
  { kind: 'given', normals: perCell(3, 3), logistics: perCell(5, 3) },
]

/** All log weights, cell after cell. */
async function blocksOf(blocks: AsyncIterable<ParticleBlock>): Promise<number[]> {
  const all: number[] = []
  for await (const { logWeights } of blocks) all.push(...logWeights)
  return all
}

/** A model that differs from the usual in everything that it says of its tensors. */
const partlyStill: Model = {
  ...selfTestModel,
  addsParts: true,
  parameters: selfTestModel.parameters.map((tensor) => ({ ...tensor, trained: tensor.name !== 'shift' })),
  statistics: selfTestModel.statistics.map((tensor) => ({
    ...tensor,
    moves: tensor.name !== 'hidden.runningMean',
  })),
  noise: selfTestModel.noise.map((noise, index) => ({
    ...noise,
    purpose: noise.name === 'mask' ? 'maskNoise' : noise.purpose,
    index,
    trainingOnly: noise.name === 'keep',
  })),
}

/** The fields of a model that are no functions, without start values. */
function toldBy(model: Model): unknown {
  const fields = Object.entries(model).filter(
    ([name, field]) => typeof field !== 'function' && name !== 'programs',
  )
  const told: unknown = JSON.parse(
    JSON.stringify(Object.fromEntries(fields), (name, field: unknown) =>
      name === 'start' ? undefined : field,
    ),
  )
  return told
}

const onCpu = () => graphExecutor(startCpu)

describe('an executor elsewhere', () => {
  test('computes what it computes here, bit for bit', async () => {
    const { executor } = await over(onCpu)
    expect(executor.detail).toBe('tfjs JavaScript engine (slow)')
    const here = (await onCpu()).open(selfTestModel, selfTestState())
    const there = executor.open(selfTestModel, selfTestState())
    const batch = selfTestBatch()
    for (const mode of ['training', 'evaluation'] as const) {
      expect(await there.inspect(batch, 0.5, mode)).toEqual(await here.inspect(batch, 0.5, mode))
    }
    const adam = { ...publishedAdam, rateFactors: { 'mechanism.shift': 10 } }
    for (const klWeight of [0.25, 1]) {
      expect(await there.step(batch, klWeight, adam)).toEqual(await here.step(batch, klWeight, adam))
    }
    expect(await there.evaluate(batch, 1)).toEqual(await here.evaluate(batch, 1))
    expect(await there.state()).toEqual(await here.state())
    expect(await there.parameters(['shift'])).toEqual(await here.parameters(['shift']))
    const { counts, covariates } = batch
    const encoded = await there.encode(batch)
    expect(encoded).toEqual(await here.encode(batch))
    const logCounts = Float32Array.from(counts.counts, Math.log1p)
    const { rowStarts, geneIndices, genes } = counts
    const points = {
      ...{ points: counts.cells, genes, rowStarts, geneIndices },
      ...{ logCounts, factors: logCounts, covariates },
    }
    expect(await there.encoderGradients(points)).toEqual(await here.encoderGradients(points))
    for (const noise of particleNoise) {
      const request = { ...particleRequest, counts, covariates, noise }
      expect(await blocksOf(there.logWeights(request))).toEqual(await blocksOf(here.logWeights(request)))
    }
    there.close()
  })

  test('is told all that a model says of itself, but for its start values', async () => {
    const seen: Model[] = []
    const here = await onCpu()
    const open = (model: Model, state: ModelState) => {
      seen.push(model)
      return here.open(model, state)
    }
    const { executor } = await over(() => Promise.resolve({ ...here, open }))
    const session = executor.open(partlyStill, selfTestState())
    await session.state()
    expect(toldBy(seen[0])).toEqual(toldBy(partlyStill))
    session.close()
  })

  test('leaves parameters and running statistics as they are where the model says so', async () => {
    const { executor } = await over(onCpu)
    const here = (await onCpu()).open(partlyStill, selfTestState())
    const there = executor.open(partlyStill, selfTestState())
    for (const session of [here, there]) await session.step(selfTestBatch(), 1, publishedAdam)
    const [before, after] = [selfTestState(), await there.state()]
    expect(after).toEqual(await here.state())
    const changed = (part: 'parameters' | 'statistics', name: string) =>
      after[part][name].some((value, at) => value !== before[part][name][at])
    expect(changed('statistics', 'hidden.runningMean')).toBe(false)
    expect(changed('statistics', 'hidden.runningVariance')).toBe(true)
    expect(changed('parameters', 'shift')).toBe(false)
    expect(changed('parameters', 'mean.weight')).toBe(true)
    there.close()
  })

  test('holds several sessions, which do not mix', async () => {
    const { executor } = await over(onCpu)
    const [first, second] = [1, 2].map(() => executor.open(selfTestModel, selfTestState()))
    await first.step(selfTestBatch(), 1, publishedAdam)
    expect((await second.state()).parameters).toEqual(selfTestState().parameters)
    second.close()
    expect((await first.state()).adam.steps).toBe(1)
    await expect(second.state()).rejects.toMatchObject({ code: 'internal/unexpected' })
  })

  test('that cannot start says why', async () => {
    const problem = { code: 'device/unusable', message: 'There is none.', hint: 'Train on the CPU.' }
    await expect(over(() => Promise.reject(new ShiftscopeError(problem)))).rejects.toMatchObject(problem)
  })

  test('that is gone is a lost device, for what was asked and for what is asked', async () => {
    const { executor, far } = await over(onCpu)
    const session = executor.open(selfTestModel, selfTestState())
    const asked = session.step(selfTestBatch(), 1, publishedAdam)
    far[0].close()
    await expect(asked).rejects.toMatchObject({ code: 'device/lost' })
    await expect(session.state()).rejects.toMatchObject({ code: 'device/lost' })
    session.close()
    const next = executor.open(selfTestModel, selfTestState())
    expect((await next.step(selfTestBatch(), 1, publishedAdam)).cells).toBe(12)
    expect(far).toHaveLength(2)
  })

  test('rests when no session is open, and is there for the next', async () => {
    const { executor, far } = await over(onCpu, 1)
    const session = executor.open(selfTestModel, selfTestState())
    const ended = new Promise((resolve) => far[0].once('close', resolve))
    session.close()
    await ended
    const next = executor.open(selfTestModel, selfTestState())
    expect((await next.state()).adam.steps).toBe(0)
    expect(far.length).toBeGreaterThan(1)
  })

  test('is sent no more of a buffer than what is used of it', async () => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    const asker = new Asker(lineOver(port1))
    const arrived = new Promise<unknown>((resolve) => port2.once('message', resolve))
    const shared = new Float32Array(new SharedArrayBuffer(8)).fill(2)
    const large = new Float32Array(1000).fill(1)
    const parameters = { part: large.subarray(10, 12), shared }
    const state = { parameters, statistics: {}, adam: { steps: 0, firstMoments: {}, secondMoments: {} } }
    const sizes = { genes: 1, latents: 1, shiftedLatents: 1, perturbations: 1, covariateLevels: 0 }
    const none = { name: 'none', ...sizes, addsParts: false, parameters: [], statistics: [], noise: [] }
    const asked = asker.ask('open', { session: 1, model: none, state })
    const message = z
      .object({
        body: z.object({ state: z.object({ parameters: z.record(z.string(), z.instanceof(Float32Array)) }) }),
      })
      .parse(await arrived)
    const { part, shared: copied } = message.body.state.parameters
    expect([part.buffer.byteLength, copied.buffer instanceof ArrayBuffer, ...copied]).toEqual([8, true, 2, 2])
    asker.close()
    await expect(asked).rejects.toMatchObject({ code: 'device/lost' })
  })

  test('refuses messages of another form', async () => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1)
    serveExecutor(lineOver(port2), onCpu)
    const answered = new Promise((resolve) => port1.once('message', resolve))
    port1.postMessage({ id: 1, ask: 'state', body: { session: 'first' } })
    expect(await answered).toMatchObject({ id: 1, ok: false, problem: { code: 'internal/badInput' } })
  })
})
