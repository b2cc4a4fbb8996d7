import { describe, expect, it } from 'vitest'
import { ShiftscopeError } from '@contract/errors'
import type { Inspection } from '@contract/inspection'
import { jobTable } from './jobTable'
import { pretendWorkers } from './pretendWorkers'
import { createReader } from './reader'
import { startWorker } from './workerClient'

const inspection: Inspection = {
  kind: 'gene-sets',
  path: '/sets.gmt',
  bytes: 1,
  findings: [],
  sets: 1,
  medianGenes: 2,
  exampleNames: [],
}

describe('the reader', () => {
  it('keeps one worker for all questions and answers several at a time', async () => {
    const workers = pretendWorkers({
      ...jobTable,
      inspect: async ({ path }) => {
        await new Promise((resolve) => setTimeout(resolve, path === 'slow' ? 20 : 1))
        return { ...inspection, path }
      },
    })
    const reader = createReader(workers.fork)
    const order: string[] = []
    await Promise.all(
      ['slow', 'fast'].map(async (path) => order.push((await reader.ask('inspect', { path })).path)),
    )
    expect(order).toEqual(['fast', 'slow'])
    expect(workers.started()).toBe(1)
    reader.close()
  })

  it('fails its questions when the worker dies, and answers the next ones', async () => {
    let round = 0
    const workers = pretendWorkers({
      ...jobTable,
      inspect: () => {
        round += 1
        if (round > 1) return Promise.resolve(inspection)
        setImmediate(workers.crash)
        return new Promise(() => undefined)
      },
    })
    const reader = createReader(workers.fork)
    const lost = reader.ask('inspect', { path: 'a' })
    await expect(lost).rejects.toMatchObject({ code: 'worker/died' })
    expect(await reader.ask('inspect', { path: 'b' })).toEqual(inspection)
    expect(workers.started()).toBe(2)
    reader.close()
  })

  it('passes problems on, and says of defects that they are', async () => {
    const problem = { code: 'files/missing', message: 'Not there.', hint: 'Look elsewhere.' }
    const workers = pretendWorkers({
      ...jobTable,
      inspect: ({ path }) => {
        throw path === 'a' ? new ShiftscopeError(problem) : new TypeError('undefined is not a function')
      },
    })
    const reader = createReader(workers.fork)
    await expect(reader.ask('inspect', { path: 'a' })).rejects.toMatchObject(problem)
    await expect(reader.ask('inspect', { path: 'b' })).rejects.toMatchObject({ code: 'internal/unexpected' })
    reader.close()
  })
})

describe('the protocol', () => {
  it('ends a worker that breaks it', async () => {
    let killed = false
    const listeners: ((message: unknown) => void)[] = []
    let exit = () => {}
    const client = startWorker(() => ({
      send: () => setImmediate(() => listeners.forEach((listener) => listener({ say: 'nonsense' }))),
      onMessage: (listener) => void listeners.push(listener),
      onExit: (listener) => (exit = () => listener(null, 'SIGKILL')),
      kill: () => {
        killed = true
        exit()
      },
    }))
    await expect(client.run('inspect', { path: 'a' }).output).rejects.toMatchObject({ code: 'worker/died' })
    expect(killed).toBe(true)
    expect(client.alive).toBe(false)
  })
})
