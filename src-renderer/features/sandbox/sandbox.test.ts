import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { ShiftscopeError } from '@contract/errors'
import type { FolderEntry } from '@contract/requests'
import { simulationRecipeSchema } from '@contract/simulation'
import type { Task } from '@contract/task'
import { connectTo } from '../../contractClient/client'
import { FakeBridge, type Answers } from '../../contractClient/fixtures/fakeBridge'
import { newProject } from '../../contractClient/fixtures/projectStates'
import { routes, stepPaths } from '../../router/routes'
import { useProjectStore } from '../../stores/project'
import { useTaskStore } from '../../stores/tasks'
import { explainSimulation } from './explainSimulation'
import { expectedEdges, firstChoices, recipeOf, sizeOf, sizes, withEnd, withLatents } from './sandboxChoices'
import SandboxPage from './SandboxPage.vue'
import { freeName, nameProblem, projectOf, simulationFolder } from './sandboxPlace'
import { useSandboxStore } from './useSandboxStore'

describe('the choices', () => {
  it('begin with a small screen that the simulator takes', () => {
    const choices = firstChoices()
    expect(sizeOf(choices.sandbox)).toBe('small')
    expect(simulationRecipeSchema.safeParse(recipeOf(choices)).success).toBe(true)
    const published = { ...choices.sandbox, ...sizes.published }
    expect(sizeOf(published)).toBe('published')
    expect(sizeOf({ ...published, genes: 200 })).toBe('own')
  })

  it('need a project for real cells', () => {
    const choices = { ...firstChoices(), kind: 'semi-synthetic' as const }
    expect(recipeOf(choices)).toBeNull()
    const from = { ...choices, semiSynthetic: { ...choices.semiSynthetic, from: '/projects/a' } }
    expect(simulationRecipeSchema.safeParse(recipeOf(from)).success).toBe(true)
  })

  it('keep the two ends of a range in order and within the latents', () => {
    expect(withEnd({ minimum: 1, maximum: 3 }, 'minimum', 5, 8)).toEqual({ minimum: 5, maximum: 5 })
    expect(withEnd({ minimum: 2, maximum: 3 }, 'maximum', 1, 8)).toEqual({ minimum: 1, maximum: 1 })
    expect(withEnd({ minimum: 1, maximum: 3 }, 'maximum', 9, 8)).toEqual({ minimum: 1, maximum: 8 })
    const { sandbox } = firstChoices()
    expect(withLatents({ ...sandbox, targets: { minimum: 3, maximum: 5 } }, 2)).toMatchObject({
      latents: 2,
      targets: { minimum: 2, maximum: 2 },
    })
  })

  it('expect fewer edges where targets are drawn with replacement', () => {
    const { sandbox } = firstChoices()
    expect(expectedEdges(sandbox)).toBe(Math.round((40 * (1 + 15 / 8 + 169 / 64)) / 3))
    expect(expectedEdges({ ...sandbox, form: 'paper' })).toBe(80)
  })

  it('are told in words with their numbers', () => {
    const words = explainSimulation(firstChoices()).join('\n')
    expect(words).toContain('40 perturbations shift 1 to 3 of 8 latents each')
    expect(words).toContain('about 74 of 320 possible ones')
    expect(words).toContain('6,000 cells')
    expect(words).toContain('300 control cells')
    expect(words).toContain('8 perturbations, the last ones, are meant to be held out')
    expect(words).not.toContain('narrows')
    const narrow = { ...firstChoices(), sandbox: { ...firstChoices().sandbox, genes: 30 } }
    expect(explainSimulation(narrow).join('\n')).toContain('narrows to 40 units')
  })
})

describe('names and places', () => {
  it('find the project of a simulated screen', () => {
    expect(projectOf(simulationFolder('/home/anna', 'Sandbox 2'))).toEqual({
      name: 'Sandbox 2',
      parentDirectory: '/home/anna',
    })
    expect(projectOf('/data/other')).toEqual({ name: 'other', parentDirectory: '/data' })
  })

  it('refuse what is there, in either form and case, and what cannot be', () => {
    const entries = new Set(['sandbox', 'sandbox 2 screen'])
    expect(freeName(new Set())).toBe('Sandbox')
    expect(freeName(entries)).toBe('Sandbox 3')
    expect(nameProblem('SANDBOX', entries)).toContain('already')
    expect(nameProblem('Sandbox 2', entries)).toContain('already')
    expect(nameProblem('a/b', entries)).toContain('cannot have this name')
    expect(nameProblem('..', entries)).toContain('cannot have this name')
    expect(nameProblem('', entries)).toBe('Give it a name.')
    expect(nameProblem('Learning', entries)).toBe('')
  })
})

describe('the page', () => {
  const parent = '/home/anna/Shiftscope'
  const screen = `${parent}/Sandbox screen`
  let bridge: FakeBridge
  let router: Router

  const task = (part: Partial<Task> = {}): Task => ({
    id: 'task-1',
    kind: 'simulate',
    title: 'Simulate a screen',
    directory: screen,
    run: null,
    state: 'running',
    fraction: 0.5,
    message: 'Drawing counts',
    secondsLeft: 3,
    createdAt: '2026-01-02T04:00:00.000Z',
    startedAt: '2026-01-02T04:00:00.000Z',
    finishedAt: null,
    problem: null,
    log: [],
    ...part,
  })
  const report = {
    cells: 6300,
    controlCells: 300,
    genes: 100,
    perturbations: 40,
    latents: 8,
    edges: 77,
    heldOut: ['P39', 'P40'],
    medianCounts: 15_000,
    zeros: 0.2,
    real: null,
  }

  beforeEach(() => {
    setActivePinia(createPinia())
    router = createRouter({ history: createMemoryHistory(), routes })
  })

  async function mountPage(answers: Answers = {}, entries: FolderEntry[] = []) {
    bridge = new FakeBridge({
      'files/list': ({ directory }) => ({ directory: directory ?? '/', parent: null, entries }),
      'simulation/start': () => ({ task: 'task-1' }),
      'simulation/read': () => ({ recipe: firstChoices().sandbox, report }),
      ...answers,
    })
    connectTo(bridge)
    useSandboxStore().parent = parent
    useTaskStore().listen()
    const page = mount(SandboxPage, { global: { plugins: [router] }, attachTo: document.body })
    await flushPromises()
    return page
  }

  type Page = Awaited<ReturnType<typeof mountPage>>
  const button = (page: Page, words: string) => page.findAll('button').find((one) => one.text() === words)
  const folder = (name: string): FolderEntry => ({
    name,
    path: `${parent}/${name}`,
    kind: 'folder',
    looksLike: null,
    bytes: null,
    modifiedAt: null,
  })

  it('simulates into a folder beside that of the project', async () => {
    const page = await mountPage()
    await button(page, 'Simulate the screen')?.trigger('click')
    await flushPromises()
    const asked = bridge.asked.find(({ name }) => name === 'simulation/start')
    expect(asked?.body).toEqual({ recipe: recipeOf(firstChoices()), to: screen })
  })

  it('proposes a free name, and says when a typed one is taken', async () => {
    const page = await mountPage({}, [folder('sandbox')])
    const name = page.findAll('input').find((input) => input.element.value === 'Sandbox 2')
    await name?.setValue('Sandbox')
    expect(page.text()).toContain('There is something of this name in the folder already.')
    expect(button(page, 'Simulate the screen')?.attributes('disabled')).toBeDefined()
  })

  it('shows how far it is, can be cancelled, and says why it failed', async () => {
    const page = await mountPage({ 'tasks/cancel': () => ({}) })
    bridge.send('task/changed', { task: task() })
    await flushPromises()
    expect(page.get('[role=progressbar]').attributes('aria-valuenow')).toBe('50')
    await button(page, 'Cancel')?.trigger('click')
    await flushPromises()
    expect(bridge.asked.at(-1)).toEqual({ name: 'tasks/cancel', body: { task: 'task-1' } })
    const problem = { code: 'files/diskFull', message: 'The disk is full.', hint: 'Free some space.' }
    bridge.send('task/changed', { task: task({ state: 'failed', problem }) })
    await flushPromises()
    expect(page.get('[role=alert]').text()).toContain('Free some space.')
  })

  it('goes on in a project that is made from the screen', async () => {
    const made = newProject({}, `${parent}/Sandbox`)
    const push = vi.spyOn(router, 'push').mockResolvedValue()
    const page = await mountPage({ 'projects/createFromSimulation': () => made })
    bridge.send('task/changed', { task: task({ state: 'done' }) })
    await flushPromises()
    expect(page.text()).toContain('77of 320 possible')
    await button(page, 'Go on in a project')?.trigger('click')
    await flushPromises()
    const asked = bridge.asked.find(({ name }) => name === 'projects/createFromSimulation')
    expect(asked?.body).toEqual({ simulation: screen, name: 'Sandbox', parentDirectory: parent })
    expect(useProjectStore().directory).toBe(`${parent}/Sandbox`)
    expect(push).toHaveBeenCalledWith(stepPaths.screen)
  })

  it('opens the project where it was made before', async () => {
    const page = await mountPage({
      'projects/createFromSimulation': () => {
        throw new ShiftscopeError({ code: 'project/folderTaken', message: 'Taken.', hint: 'Open it.' })
      },
      'projects/open': ({ directory }) => newProject({}, directory),
    })
    bridge.send('task/changed', { task: task({ state: 'done' }) })
    await flushPromises()
    await button(page, 'Go on in a project')?.trigger('click')
    await flushPromises()
    expect(bridge.asked.at(-1)).toEqual({
      name: 'projects/open',
      body: { directory: `${parent}/Sandbox` },
    })
  })
})
