import type { Task } from '@contract/task'
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { connectTo } from '../../contractClient/client'
import { FakeBridge } from '../../contractClient/fixtures/fakeBridge'
import { newProject } from '../../contractClient/fixtures/projectStates'
import { useProjectStore } from '../../stores/project'
import { runTitle } from '../../text/training'
import { exampleEpoch, exampleRun } from './fixtures/exampleRun'
import RunActions from './RunActions.vue'
import { inReadingOrder } from './runOrder'
import { useHistory } from './useHistory'
import { withTask } from './useLiveRuns'

const directory = '/projects/a'
const task: Task = {
  id: 'task-1',
  kind: 'train',
  title: 'Train',
  directory,
  run: 'run-1',
  state: 'running',
  fraction: 0.5,
  message: '',
  secondsLeft: null,
  createdAt: '2026-01-02T03:04:05.000Z',
  startedAt: null,
  finishedAt: null,
  problem: null,
  log: [],
}

describe('order of runs', () => {
  it('is the queue as it is worked off, then the others from new to old', () => {
    const at = (hour: number) => `2026-01-02T0${hour}:00:00.000Z`
    const runs = [
      exampleRun({ id: 'old', createdAt: at(1) }),
      exampleRun({ id: 'second', createdAt: at(5), state: 'queued' }),
      exampleRun({ id: 'first', createdAt: at(4), state: 'queued' }),
      exampleRun({ id: 'now', createdAt: at(6), state: 'running' }),
      exampleRun({ id: 'new', createdAt: at(3), state: 'paused' }),
    ]
    expect(inReadingOrder(runs).map(({ id }) => id)).toEqual(['now', 'first', 'second', 'new', 'old'])
  })
})

it('the title of a run names its content latents, where it has some', () => {
  const { configuration } = exampleRun()
  const titled = (contentLatents: number) => runTitle({ configuration: { ...configuration, contentLatents } })
  expect([titled(0), titled(4)]).toEqual([
    'sVAE+ · 15 latents · seed 0',
    'sVAE+ · 15 latents + 4 content · seed 0',
  ])
})

describe('a run and its task', () => {
  it('is running as soon as its task is, and counts epochs as they end', () => {
    const queued = exampleRun({ state: 'queued', epochsDone: 0 })
    expect(withTask(queued, { ...task, state: 'queued' }, 0).state).toBe('queued')
    expect(withTask(queued, task, 4)).toMatchObject({ state: 'running', epochsDone: 4 })
    expect(withTask(exampleRun({ epochsDone: 9 }), undefined, 4)).toMatchObject({
      state: 'done',
      epochsDone: 9,
    })
  })
})

describe('history', () => {
  it('adds epochs as they end, also while it is being read, and only those of its run', async () => {
    let answer: (epochs: ReturnType<typeof exampleEpoch>[]) => void = () => undefined
    const bridge = new FakeBridge({
      'training/history': () => new Promise((resolve) => (answer = (epochs) => resolve({ epochs }))),
    })
    connectTo(bridge)
    const scope = effectScope()
    const history = scope.run(() =>
      useHistory(
        () => directory,
        () => 'run-1',
      ),
    )
    bridge.send('training/epoch', { directory, run: 'run-1', epoch: exampleEpoch(3) })
    bridge.send('training/epoch', { directory, run: 'other', epoch: exampleEpoch(9) })
    await vi.waitFor(() => expect(bridge.asked).toHaveLength(1))
    answer([exampleEpoch(1), exampleEpoch(2)])
    await vi.waitFor(() => expect(history?.epochs.value.map(({ epoch }) => epoch)).toEqual([1, 2, 3]))
    bridge.send('training/epoch', { directory, run: 'run-1', epoch: exampleEpoch(3, { edges: 7 }) })
    expect(history?.epochs.value.at(-1)?.edges).toBe(7)
    expect(history?.epochs.value).toHaveLength(3)
    scope.stop()
    bridge.send('training/epoch', { directory, run: 'run-1', epoch: exampleEpoch(4) })
    expect(history?.epochs.value).toHaveLength(3)
  })

  it('forgets one run when another is shown, and drops the late answer', async () => {
    const answers = new Map<string, (count: number) => void>()
    connectTo(
      new FakeBridge({
        'training/history': ({ run }) =>
          new Promise((resolve) =>
            answers.set(run, (count) =>
              resolve({ epochs: Array.from({ length: count }, (_one, index) => exampleEpoch(index + 1)) }),
            ),
          ),
      }),
    )
    const run = shallowRef('slow')
    const history = effectScope().run(() =>
      useHistory(
        () => directory,
        () => run.value,
      ),
    )
    await vi.waitFor(() => expect(answers.has('slow')).toBe(true))
    run.value = 'quick'
    await vi.waitFor(() => expect(answers.has('quick')).toBe(true))
    answers.get('quick')?.(2)
    await vi.waitFor(() => expect(history?.epochs.value).toHaveLength(2))
    answers.get('slow')?.(50)
    await new Promise((resolve) => setTimeout(resolve))
    expect(history?.epochs.value).toHaveLength(2)
  })
})

describe('actions', () => {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:path(.*)*', component: { template: '<div />' } }],
  })
  let bridge: FakeBridge

  beforeEach(() => {
    setActivePinia(createPinia())
    bridge = new FakeBridge({
      'projects/open': () => newProject(),
      'training/pause': () => ({}),
      'training/finish': () => ({}),
      'training/resume': () => ({ task: 'task-2' }),
      'tasks/cancel': () => ({}),
      'runs/remove': () => newProject(),
    })
    connectTo(bridge)
    useProjectStore().show({ ...newProject(), runs: [exampleRun()] })
  })

  function mountActions(run = exampleRun(), active: Task | null = null) {
    return mount(RunActions, {
      props: { run, task: active },
      global: { plugins: [router] },
      attachTo: document.body,
    })
  }

  function words(actions: VueWrapper): string[] {
    return actions.findAll('button').map((button) => button.text().replace(/\s/g, ' ').trim())
  }

  async function press(actions: VueWrapper, name: string): Promise<void> {
    const button = actions.findAll('button').find((one) => one.text().includes(name))
    await button?.trigger('click')
    const action = actions.emitted<[() => Promise<unknown>]>('act')?.at(-1)?.[0]
    await action?.()
  }

  it.each([
    ['running' as const, ['Pause', 'Finish now', 'Cancel'], task],
    ['queued' as const, ['Cancel'], { ...task, state: 'queued' as const }],
    ['paused' as const, ['Resume', 'Delete'], null],
    ['interrupted' as const, ['Resume', 'Delete'], null],
    ['failed' as const, ['Resume', 'Delete'], null],
    ['done' as const, ['Show results', 'Delete'], null],
  ])('of a run that is %s', (state, expected, active) => {
    expect(words(mountActions(exampleRun({ state }), active))).toEqual(expected)
  })

  it('pause, finish and resume ask for this run', async () => {
    const running = mountActions(exampleRun({ state: 'running' }), task)
    await press(running, 'Pause')
    await press(running, 'Finish now')
    await press(mountActions(exampleRun({ state: 'paused' })), 'Resume')
    const asked = bridge.asked.filter(({ name }) => name.startsWith('training/'))
    expect(asked).toEqual(
      ['training/pause', 'training/finish', 'training/resume'].map((name) => ({
        name,
        body: { directory, run: 'run-1' },
      })),
    )
  })

  it('deletes only after a yes, and shows what is left', async () => {
    const actions = mountActions()
    await press(actions, 'Delete')
    expect(bridge.namesAsked()).not.toContain('runs/remove')
    expect(document.body.textContent).toContain(runTitle(exampleRun()))
    const confirm = [...document.querySelectorAll('button')].find((one) =>
      one.textContent.includes('Delete the run'),
    )
    confirm?.click()
    await actions.emitted<[() => Promise<unknown>]>('act')?.at(-1)?.[0]()
    expect(bridge.namesAsked()).toContain('runs/remove')
    expect(useProjectStore().state?.runs).toEqual([])
  })
})
