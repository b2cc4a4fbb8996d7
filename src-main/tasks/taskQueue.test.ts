import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftscopeError } from '@contract/errors'
import type { Task } from '@contract/task'
import type { JobContext, JobTable } from './job'
import { jobTable } from './jobTable'
import { pretendWorkers } from './pretendWorkers'
import type { Abandoned, TaskPlan } from './taskPlan'
import { createTaskQueue } from './taskQueue'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))))
afterEach(() => rm(folder, { recursive: true }))

/** A queue whose only job is `measureEffects`, done by `work`. */
function queueDoing(work: (context: JobContext) => Promise<void>, tasksAtOnce?: number) {
  const table: JobTable = {
    ...jobTable,
    measureEffects: async (_, context) => {
      await work(context)
      return {}
    },
  }
  const workers = pretendWorkers(table)
  const told: Task[] = []
  const listener = {
    changed: (task: Task) => void told.push(task),
    epoch: () => undefined,
    notice: () => undefined,
  }
  const queue = createTaskQueue(workers.fork, listener, tasksAtOnce)
  const abandoned: Abandoned[] = []
  const plan = (fields: Partial<TaskPlan<'measureEffects'>> = {}): TaskPlan<'measureEffects'> => ({
    kind: 'measureEffects',
    title: 'Measure',
    directory: folder,
    run: null,
    job: 'measureEffects',
    input: {
      directory: folder,
      importedAt: '2026-01-01T00:00:00.000Z',
      quality: { minimumCounts: 0, minimumGenes: 0, minimumCellsPerPerturbation: 1, variableGenes: 'all' },
    },
    stopWithinMs: 50,
    commit: () => Promise.resolve(),
    abandon: (how) => {
      abandoned.push(how)
      return Promise.resolve()
    },
    ...fields,
  })
  const ended = async (id: string): Promise<Task> => {
    for (;;) {
      const task = queue.list().find((candidate) => candidate.id === id)
      if (task && task.finishedAt !== null) return task
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  return { queue, plan, workers, told, abandoned, ended }
}

function untilStopped({ signal }: JobContext): Promise<void> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError'))),
  )
}

describe('the queue of heavy tasks', () => {
  it('does one after the other, each in a worker of its own, and holds the project meanwhile', async () => {
    const order: string[] = []
    let atOnce = 0
    const { queue, plan, workers, ended } = queueDoing(async () => {
      atOnce += 1
      order.push(`${atOnce} at once`)
      expect(await readdir(folder)).toEqual(['project.lock'])
      await new Promise((resolve) => setTimeout(resolve, 10))
      atOnce -= 1
    })
    const tasks = await Promise.all([queue.add(plan()), queue.add(plan())])
    const over = await Promise.all(tasks.map(({ id }) => ended(id)))
    expect(over.map(({ state, fraction }) => [state, fraction])).toEqual([
      ['done', 1],
      ['done', 1],
    ])
    expect(order).toEqual(['1 at once', '1 at once'])
    expect(workers.started()).toBe(2)
    await queue.close()
    expect(await readdir(folder)).toEqual([])
  })

  it('does as many at the same time as it is told', async () => {
    let atOnce = 0
    let most = 0
    const { queue, plan, ended } = queueDoing(async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 10))
      atOnce -= 1
    }, 2)
    const tasks = await Promise.all(Array.from({ length: 5 }, () => queue.add(plan())))
    const over = await Promise.all(tasks.map(({ id }) => ended(id)))
    expect(over.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'done'))
    expect(most).toBe(2)
    await queue.close()
    expect(await readdir(folder)).toEqual([])
  })

  it('is done with a task when its outcome is recorded', async () => {
    const { queue, plan, ended, abandoned } = queueDoing(() => Promise.resolve())
    const full = new ShiftscopeError({ code: 'files/diskFull', message: 'Full.', hint: 'Free some space.' })
    const task = await queue.add(plan({ commit: () => Promise.reject(full) }))
    expect(await ended(task.id)).toMatchObject({ state: 'failed', problem: { code: 'files/diskFull' } })
    expect(abandoned).toHaveLength(1)
    await queue.close()
  })

  it('passes a problem of the job on as data, with its place and remedy', async () => {
    const problem = {
      code: 'import/notCounts',
      message: 'No counts.',
      where: 'x.h5ad',
      hint: 'Choose another layer.',
    }
    const { queue, plan, ended } = queueDoing(() => Promise.reject(new ShiftscopeError(problem)))
    const task = await ended((await queue.add(plan())).id)
    expect(task).toMatchObject({ state: 'failed', message: 'No counts.', problem })
    await queue.close()
  })

  it('marks a task interrupted when its worker dies, and goes on with the next', async () => {
    let round = 0
    const { queue, plan, workers, ended, abandoned } = queueDoing(async () => {
      round += 1
      if (round === 1) {
        setImmediate(workers.crash)
        await new Promise(() => undefined)
      }
    })
    const first = await queue.add(plan())
    const second = await queue.add(plan())
    expect(await ended(first.id)).toMatchObject({ state: 'interrupted', problem: { code: 'worker/died' } })
    expect(await ended(second.id)).toMatchObject({ state: 'done', problem: null })
    expect(abandoned).toMatchObject([{ state: 'interrupted' }])
    await queue.close()
    expect(await readdir(folder)).toEqual([])
  })

  it('cancels a running task through its signal', async () => {
    const { queue, plan, ended, abandoned } = queueDoing(untilStopped)
    const { id } = await queue.add(plan())
    queue.cancel(id)
    expect(await ended(id)).toMatchObject({ state: 'cancelled', problem: null })
    expect(abandoned).toEqual([{ state: 'cancelled' }])
    await queue.close()
  })

  it('ends the process of a task that does not stop in time', async () => {
    const { queue, plan, ended } = queueDoing(() => new Promise(() => undefined))
    const { id } = await queue.add(plan())
    queue.cancel(id)
    expect(await ended(id)).toMatchObject({ state: 'cancelled', problem: null })
    await queue.close()
  })

  it('cancels a task that waits without starting it', async () => {
    const { queue, plan, ended, workers } = queueDoing(untilStopped)
    const running = await queue.add(plan())
    const waiting = await queue.add(plan())
    queue.cancel(waiting.id)
    expect(await ended(waiting.id)).toMatchObject({ state: 'cancelled', startedAt: null })
    queue.cancel(running.id)
    await ended(running.id)
    expect(workers.started()).toBe(1)
    await queue.close()
  })

  it('stops everything when it closes', async () => {
    const { queue, plan } = queueDoing(untilStopped)
    await queue.add(plan())
    await queue.add(plan())
    await queue.close()
    expect(queue.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    expect(await readdir(folder)).toEqual([])
  })

  it('tells progress at most ten times a second, and the last of it', async () => {
    const { queue, plan, told, ended } = queueDoing(async ({ progress, log }) => {
      for (let i = 0; i < 100; i++) {
        progress(i / 100, `step ${i}`)
        log(`line ${i}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })
    const { id } = await queue.add(plan())
    const over = await ended(id)
    const steps = told.filter(({ state, message }) => state === 'running' && message.startsWith('step'))
    expect(steps.length).toBeGreaterThan(0)
    expect(steps.length).toBeLessThan(20)
    expect(told.at(-1)).toMatchObject({ state: 'done' })
    expect(over.log.at(-1)).toBe('line 99')
    await queue.close()
  })

  it('refuses a task of a project whose folder is gone', async () => {
    const { queue, plan, workers } = queueDoing(() => Promise.resolve())
    await expect(queue.add(plan({ directory: join(folder, 'gone') }))).rejects.toThrow('ENOENT')
    expect(queue.list()).toEqual([])
    expect(workers.started()).toBe(0)
    await queue.close()
  })
})
