import { describe, expect, it } from 'vitest'
import { ShiftscopeError } from '@contract/errors'
import type { Inspection } from '@contract/inspection'
import { jobTable } from './jobTable'
import { pretendWorkers } from './pretendWorkers'
import { createReader } from './reader'
import { JobStopped, startWorker } from './workerClient'

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

  it('lets one at a time of those that have to be alone, and others meanwhile', async () => {
    let timing = 0
    let most = 0
    const workers = pretendWorkers({
      ...jobTable,
      inspect: async ({ path }) => {
        if (path === 'meanwhile') return { ...inspection, path }
        most = Math.max(most, ++timing)
        await new Promise((resolve) => setTimeout(resolve, 10))
        timing -= 1
        if (path === 'b') throw new Error('no')
        return { ...inspection, path }
      },
    })
    const reader = createReader(workers.fork)
    const order: string[] = []
    const ask = async (path: string, alone: boolean) =>
      order.push((await reader.ask('inspect', { path }, { alone })).path)
    const all = [ask('a', true), ask('b', true), ask('c', true), ask('meanwhile', false)]
    const ended = await Promise.allSettled(all)
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(order).toEqual(['meanwhile', 'a', 'c'])
    expect(most).toBe(1)
    reader.close()
  })

  it('ends a question that is cancelled, under way or waiting', async () => {
    const heard: string[] = []
    const workers = pretendWorkers({
      ...jobTable,
      inspect: ({ path }, { signal }) => {
        heard.push(path)
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        })
      },
    })
    const reader = createReader(workers.fork)
    const [first, second] = [new AbortController(), new AbortController()]
    const ask = (path: string, signal: AbortSignal) =>
      reader.ask('inspect', { path }, { signal, alone: true })
    const answers = [ask('a', first.signal), ask('b', second.signal)]
    await expect.poll(() => heard).toEqual(['a'])
    second.abort()
    await expect(answers[1]).rejects.toBeInstanceOf(JobStopped)
    first.abort()
    await expect(answers[0]).rejects.toBeInstanceOf(JobStopped)
    expect(heard).toEqual(['a'])
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
