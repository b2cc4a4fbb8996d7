import type { Task } from '@contract/task'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { connectTo } from '../contractClient/client'
import { FakeBridge } from '../contractClient/fixtures/fakeBridge'
import { useTaskStore } from './tasks'

function taskOf(part: Partial<Task>): Task {
  return {
    id: 't1',
    kind: 'import',
    title: 'Import the screen',
    directory: '/projects/a',
    run: null,
    state: 'running',
    fraction: 0.5,
    message: 'Reading',
    secondsLeft: 3,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    problem: null,
    log: [],
    ...part,
  }
}

beforeEach(() => {
  setActivePinia(createPinia())
})

it('follows tasks and shows the one that works before those that wait', async () => {
  const bridge = new FakeBridge({ 'tasks/list': () => ({ tasks: [taskOf({})] }) })
  connectTo(bridge)
  const tasks = useTaskStore()
  await tasks.load()
  tasks.listen()
  bridge.send('task/changed', {
    task: taskOf({ id: 't2', state: 'queued', kind: 'prepare', createdAt: '2026-01-01T00:01:00.000Z' }),
  })
  expect(tasks.tasks.map(({ id }) => id)).toEqual(['t2', 't1'])
  expect(tasks.running?.id).toBe('t1')

  bridge.send('task/changed', { task: taskOf({ state: 'done' }) })
  expect(tasks.running?.id).toBe('t2')
  bridge.send('task/changed', { task: taskOf({ id: 't2', kind: 'prepare', state: 'cancelled' }) })
  expect(tasks.running).toBeNull()
  expect(tasks.latest('/projects/a', 'import')?.state).toBe('done')
  expect(tasks.latest('/projects/b', 'import')).toBeNull()
})
