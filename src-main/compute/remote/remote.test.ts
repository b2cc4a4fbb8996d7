import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { ShiftscopeError } from '@contract/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { publishedAdam } from '../adam'
import type { Executor } from '../executor'
import { graphExecutor } from '../graph/graphExecutor'
import { startCpu } from '../graph/tfjsBackend'
import { selfTestBatch, selfTestModel, selfTestState } from '../webgpu/selfTestModel'
import type { MessageLine } from './messages'
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
async function over(start: () => Promise<Executor>): Promise<{ executor: Executor; far: MessagePort }> {
  const { port1, port2 } = new MessageChannel()
  serveExecutor(lineOver(port2), start)
  return { executor: await remoteExecutor(lineOver(port1)), far: port2 }
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
    for (const klWeight of [0.25, 1]) {
      expect(await there.step(batch, klWeight, publishedAdam)).toEqual(
        await here.step(batch, klWeight, publishedAdam),
      )
    }
    expect(await there.evaluate(batch, 1)).toEqual(await here.evaluate(batch, 1))
    expect(await there.state()).toEqual(await here.state())
    const { counts } = batch
    const encoded = await there.encode(counts)
    expect(encoded).toEqual(await here.encode(counts))
    const logCounts = Float32Array.from(counts.counts, Math.log1p)
    const { rowStarts, geneIndices, genes } = counts
    const points = { points: counts.cells, genes, rowStarts, geneIndices, logCounts, factors: logCounts }
    expect(await there.encoderGradients(points)).toEqual(await here.encoderGradients(points))
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
    far.close()
    await expect(asked).rejects.toMatchObject({ code: 'device/lost' })
    await expect(session.state()).rejects.toMatchObject({ code: 'device/lost' })
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
