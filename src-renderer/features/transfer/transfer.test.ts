import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { modelPresets, modelRecipeSchema } from '@contract/recipe'
import type { Task } from '@contract/task'
import { createMemoryHistory, createRouter } from 'vue-router'
import { connectTo } from '../../contractClient/client'
import { FakeBridge, type Answers } from '../../contractClient/fixtures/fakeBridge'
import { newProject } from '../../contractClient/fixtures/projectStates'
import { routes } from '../../router/routes'
import { useProjectStore } from '../../stores/project'
import { useTaskStore } from '../../stores/tasks'
import { exampleRun } from '../training/fixtures/exampleRun'
import { acrossFile, acrossHoldOuts, cellShown } from './acrossHoldOuts'
import EvaluationPanel from './EvaluationPanel.vue'
import { expectedSeconds } from './expectedTime'
import { exampleEvaluation, exampleTrueGraph } from './fixtures/exampleEvaluation'

const heldOut = { train: 900, validation: 100, test: 90 }

describe('the expected time', () => {
  const run = exampleRun({ cells: heldOut, configuration: modelRecipeSchema.parse({ epochs: 300 }) })
  const perEpoch = 65 / 300

  it('is that of both parts of training and of two likelihoods', () => {
    const expected = 300 * perEpoch * 1.1 + (2 * perEpoch * 0.1 * 120) / 12
    expect(expectedSeconds(run, 120)).toBeCloseTo(expected, 8)
  })

  it('leaves out what a model without shifts does not do', () => {
    const vae = { ...run, configuration: modelRecipeSchema.parse({ model: 'vae', epochs: 300 }) }
    expect(expectedSeconds(vae, 120)).toBeCloseTo(300 * perEpoch + perEpoch * 0.1 * 10, 8)
  })

  it('is not known from another device', () => {
    expect(expectedSeconds({ ...run, device: { name: 'webgpu', detail: '' } }, 120)).toBeNull()
    expect(expectedSeconds({ ...run, metrics: null }, 120)).toBeNull()
  })
})

describe('transfer across held-out perturbations', () => {
  const screens = ['a'.repeat(64), 'b'.repeat(64)]
  const configuration = modelRecipeSchema.parse({ alpha: 25 })
  const runs = [
    exampleRun({ id: 'one', screenSha256: screens[0] }),
    exampleRun({ id: 'two', screenSha256: screens[0], configuration: { ...configuration, seed: 1 } }),
    exampleRun({ id: 'more', screenSha256: screens[0], configuration: { ...configuration, epochs: 500 } }),
    exampleRun({ id: 'other', screenSha256: screens[1] }),
    exampleRun({ id: 'never' }),
  ]
  const judged = (run: string, after: number, part = {}) => {
    const evaluation = exampleEvaluation({ run, ...part })
    const mean = { before: { value: 325, standardError: 0.2 }, after: { value: after, standardError: 0.3 } }
    return [
      run,
      { ...evaluation, transfer: evaluation.transfer && { ...evaluation.transfer, mean } },
    ] as const
  }
  const evaluations = new Map([
    judged('one', 320),
    judged('two', 324),
    judged('more', 319),
    judged('other', 300, { holdOut: { rule: 'strongest', count: 5 } }),
  ])

  it('joins seeds of one model, keeps other settings and other screens apart', () => {
    const table = acrossHoldOuts(runs, evaluations)
    expect(table?.columns.map(({ heldOut }) => heldOut)).toEqual(['INTERFERON', '5 strongest'])
    expect(table?.rows.map(({ settings }) => settings)).toEqual([
      'Epochs, at most 300',
      'Epochs, at most 500',
    ])
    const [[seeds, other], [longer, none]] = table?.rows.map(({ cells }) => cells) ?? []
    expect(seeds).toMatchObject({ before: 325, after: 322, runs: 2, best: false })
    expect(seeds?.spread).toBeCloseTo(Math.sqrt(8), 10)
    expect(longer).toMatchObject({ after: 319, spread: 0.3, runs: 1, best: true })
    expect(other).toMatchObject({ after: 300, best: true })
    expect(none).toBeNull()
    expect(longer && cellShown(longer, String)).toBe('325 → 319 ± 0.3')
    const file = table && acrossFile(table)
    expect(file?.rows).toHaveLength(3)
    expect(file?.rows[0]).toHaveLength(file?.columns.length ?? 0)
  })

  it('names presets where they tell models apart', () => {
    const withPreset = (id: string, preset: keyof typeof modelPresets) =>
      exampleRun({
        id,
        configuration: modelRecipeSchema.parse({
          ...modelPresets[preset],
          latents: 8,
          alpha: 25,
          mask: 'drawn',
        }),
      })
    const presets = acrossHoldOuts(
      [withPreset('one', 'quick'), withPreset('two', 'paper')],
      new Map([judged('one', 320), judged('two', 319)]),
    )
    expect(presets?.rows.map(({ settings }) => settings)).toEqual(['Quick look', 'As in the paper'])
  })

  it('needs two evaluated runs', () => {
    expect(acrossHoldOuts(runs, new Map([judged('one', 320)]))).toBeNull()
  })
})

describe('the evaluation of a run', () => {
  let bridge: FakeBridge
  const directory = '/projects/a'

  beforeEach(() => {
    setActivePinia(createPinia())
  })

  async function mountPanel(answers: Answers, part: Parameters<typeof exampleRun>[0] = {}, other = false) {
    const run = exampleRun({ cells: heldOut, ...part })
    bridge = new FakeBridge({
      'evaluation/read': () => ({ evaluation: null }),
      'evaluation/trueGraph': () => null,
      'evaluation/start': () => ({ task: 'task-1' }),
      ...answers,
    })
    connectTo(bridge)
    useProjectStore().show({ ...newProject({}, directory), runs: [run] })
    const router = createRouter({ history: createMemoryHistory(), routes })
    const panel = mount(EvaluationPanel, {
      props: { run, runs: [run], fromOtherScreen: other },
      global: { plugins: [router], stubs: { VChart: true } },
    })
    await flushPromises()
    return panel
  }

  const buttons = (panel: Awaited<ReturnType<typeof mountPanel>>) =>
    panel.findAll('button').map((button) => button.text())

  it('begins with the button, which asks for the paper’s particles', async () => {
    const panel = await mountPanel({})
    await panel
      .findAll('button')
      .find((button) => button.text() === 'Evaluate')
      ?.trigger('click')
    await flushPromises()
    expect(bridge.asked.at(-1)).toEqual({
      name: 'evaluation/start',
      body: { directory, run: 'run-1', particles: 5000 },
    })
    expect(panel.text()).toContain('At most about')
  })

  it('says what to do where nothing was held out', async () => {
    const panel = await mountPanel({}, { cells: { train: 900, validation: 100, test: 0 } })
    expect(panel.text()).toContain('No perturbation was held out')
    expect(buttons(panel)).toEqual(['Go to hold-out'])
  })

  it('still compares with the truth where nothing was held out', async () => {
    const panel = await mountPanel(
      { 'evaluation/trueGraph': () => exampleTrueGraph },
      { cells: { train: 900, validation: 100, test: 0 } },
    )
    expect(buttons(panel)).toContain('Evaluate')
    expect(panel.text()).toContain('1 true edge found, 2 missed, and 1 learned that are not true.')
  })

  it('shows what came of it, doubts few particles, and does not miss the truth of a real screen', async () => {
    const evaluation = exampleEvaluation()
    const few = { before: { median: 3, smallest: 1 }, after: { median: 4, smallest: 1 } }
    const panel = await mountPanel({
      'evaluation/read': () => ({
        evaluation: {
          ...evaluation,
          transfer: evaluation.transfer && { ...evaluation.transfer, effectiveSampleSize: few },
        },
      }),
    })
    expect(panel.text()).toContain('325.00 ± 0.10')
    expect(panel.text()).toContain('+5.00')
    expect(panel.text()).toContain('Few particles carry the estimates')
    expect(panel.text()).not.toContain('real one')
    expect(buttons(panel)).toContain('Evaluate again')
  })

  it('says why a part is missing', async () => {
    const panel = await mountPanel({
      'evaluation/read': () => ({
        evaluation: exampleEvaluation({
          transfer: null,
          missing: [{ part: 'transfer', reason: 'The protocol is not defined for SAMS-VAE.' }],
        }),
      }),
    })
    expect(panel.text()).toContain('Transfer: not measured. The protocol is not defined for SAMS-VAE.')
  })

  it('is out of date on another screen, and cannot be had there', async () => {
    const read = () => ({ evaluation: exampleEvaluation() })
    const old = await mountPanel({ 'evaluation/read': read }, {}, true)
    expect(old.text()).toContain('earlier version of the prepared screen')
    expect(buttons(old)).not.toContain('Evaluate again')
    const never = await mountPanel({}, {}, true)
    expect(never.text()).toContain('cannot be evaluated any more')
  })

  it('shows how far it is and can be cancelled; reads again when it has ended', async () => {
    const task: Task = {
      id: 'task-1',
      kind: 'evaluate',
      title: 'Evaluate run-1',
      directory,
      run: 'run-1',
      state: 'running',
      fraction: 0.25,
      message: 'Training again with the mask fixed',
      secondsLeft: 30,
      createdAt: '2026-01-02T04:00:00.000Z',
      startedAt: '2026-01-02T04:00:00.000Z',
      finishedAt: null,
      problem: null,
      log: [],
    }
    const panel = await mountPanel({ 'tasks/list': () => ({ tasks: [] }), 'tasks/cancel': () => ({}) })
    const tasks = useTaskStore()
    tasks.listen()
    bridge.send('task/changed', { task })
    await flushPromises()
    expect(panel.get('[role=progressbar]').attributes('aria-valuenow')).toBe('25')
    await panel
      .findAll('button')
      .find((button) => button.text() === 'Cancel')
      ?.trigger('click')
    await flushPromises()
    expect(bridge.asked.at(-1)).toEqual({ name: 'tasks/cancel', body: { task: 'task-1' } })
    const reads = bridge.namesAsked().filter((name) => name === 'evaluation/read').length
    bridge.send('task/changed', { task: { ...task, state: 'done' } })
    await flushPromises()
    expect(bridge.namesAsked().filter((name) => name === 'evaluation/read')).toHaveLength(reads + 1)
  })
})
