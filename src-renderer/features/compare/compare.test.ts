import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { BaselineRow, Baselines } from '@contract/baselines'
import { modelRecipeSchema, type ModelRecipe } from '@contract/recipe'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { compareOption } from '../../charts/compare/compareOption'
import { figureAsSvg } from '../../charts/figureExport'
import { connectTo } from '../../contractClient/client'
import { FakeBridge, type Answers } from '../../contractClient/fixtures/fakeBridge'
import { newProject, preparedScreen } from '../../contractClient/fixtures/projectStates'
import { routes } from '../../router/routes'
import { useProjectStore } from '../../stores/project'
import { exampleRun } from '../training/fixtures/exampleRun'
import { exampleEvaluation } from '../transfer/fixtures/exampleEvaluation'
import { compareFigure } from './compareFigure'
import { lowestLosses, settings, splitSettings } from './compareRuns'
import ComparePage from './ComparePage.vue'
import { compareTable } from './compareTable'
import { judgedRuns, notEvaluated } from './judgedRuns'
import { firstMeasure, measures, measuresThatSay } from './measures'
import { settingName, settingShown } from './settingWords'

const loss = (id: string, value: number | null, screen = 'a', recipe: Partial<ModelRecipe> = {}) => {
  const configuration = modelRecipeSchema.parse({ alpha: 25, form: 'code', ...recipe })
  const run = exampleRun({ id, screenSha256: screen.repeat(64), configuration })
  return { ...run, metrics: run.metrics && { ...run.metrics, validationNegativeElbo: value } }
}

it('separates settings that differ from those that all runs share', () => {
  const other = exampleRun({ configuration: modelRecipeSchema.parse({ alpha: 25, seed: 1, patience: null }) })
  const { different, same } = splitSettings([exampleRun(), other])
  expect(different).toEqual(['seed', 'patience'])
  expect(same).toContain('latents')
})

it('leaves out no setting of a model', () => {
  expect([...settings].sort()).toEqual(Object.keys(modelRecipeSchema.parse({})).sort())
})

describe('the lowest loss', () => {
  it('is looked for among runs of the same screen', () => {
    expect([
      ...lowestLosses([loss('a', 500), loss('b', 400), loss('c', 300, 'b'), loss('d', 310, 'b')]),
    ]).toEqual(['b', 'c'])
  })

  it('is looked for among runs of the same objective', () => {
    const beta = (weight: number): Partial<ModelRecipe> => ({
      model: 'beta-vae',
      alpha: null,
      form: null,
      beta: weight,
    })
    expect([
      ...lowestLosses([
        loss('a', 500),
        loss('b', 400, 'a', { seed: 1, latents: 20, mask: 'marginal' }),
        loss('other-alpha', 100, 'a', { alpha: 2 }),
        loss('other-form', 110, 'a', { form: 'paper' }),
        loss('c', 300, 'a', beta(10)),
        loss('d', 310, 'a', beta(10)),
        loss('other-beta', 290, 'a', beta(2)),
      ]),
    ]).toEqual(['b', 'c'])
  })

  it('needs two to compare', () => {
    expect([...lowestLosses([loss('a', 500), loss('b', null), loss('c', 300, 'b')])]).toEqual([])
  })
})

it('says what null stands for', () => {
  const configuration = modelRecipeSchema.parse({ patience: null })
  expect(settingShown(configuration, 'patience')).toBe('never')
  expect(settingShown(configuration, 'threads')).toBe('automatic')
  expect(settingShown(configuration, 'learningRate')).toBe('0.001')
  expect(settingShown(configuration, 'covariates')).toBe('none')
  expect(settingShown({ ...configuration, covariates: ['batch', 'donor'] }, 'covariates')).toBe(
    'batch, donor',
  )
  expect(settingName('model')).toBe('Model')
})

it('keeps the decimals of a setting, and shows a dash for what the model does not have', () => {
  const sams = modelRecipeSchema.parse({ model: 'sams-vae', edgeProbability: 0.1 })
  expect(settingShown(sams, 'edgeProbability')).toBe('0.1')
  expect(settingShown(sams, 'alpha')).toBe('–')
  expect(settingShown(sams, 'form')).toBe('–')
  expect(settingShown(modelRecipeSchema.parse({ alpha: 3.5 }), 'alpha')).toBe('3.5')
})

/** A screen that is prepared, with nothing in its report that this page shows. */
const evaluated = exampleEvaluation()
const ica: BaselineRow = {
  baseline: 'ica',
  transfer: null,
  edges: { found: 7, possible: 45 },
  recovery: null,
  graph: {
    from: 'permutations',
    scores: { precision: 1, recall: 0.5, f1: 0.67 },
    asPublished: { precision: 0, recall: 0, f1: 0 },
  },
  geneLists: null,
  similarPairs: null,
  missing: [{ part: 'transfer', reason: 'It predicts no counts.' }],
}
const linear: BaselineRow = {
  ...ica,
  baseline: 'linear',
  transfer: evaluated.transfer,
  edges: null,
  graph: null,
  missing: [],
}

describe('runs and simple rows', () => {
  const seeds = [
    exampleRun(),
    exampleRun({ id: 'run-2', configuration: modelRecipeSchema.parse({ alpha: 25, seed: 1 }) }),
  ]
  const vae = exampleRun({ id: 'vae-1', configuration: modelRecipeSchema.parse({ model: 'vae' }) })
  const agreement = {
    groups: [
      {
        model: 'svae-plus' as const,
        runs: seeds.map(({ id }) => ({ run: id, ranking: 0.4, edges: 3, edgeRecurrence: 0.75 })),
      },
    ],
  }
  const judged = judgedRuns([...seeds, vae], new Map([['run-1', evaluated]]), agreement)

  it('are compared by what at least one of them has', () => {
    expect(measuresThatSay(judged, [ica, linear]).map(({ name }) => name)).toEqual([
      'before',
      'after',
      'loss',
      'edges',
      'f1',
      'ranking',
      'recurrence',
    ])
    expect(measuresThatSay(judgedRuns([vae], new Map(), null), []).map(({ name }) => name)).toEqual([
      'loss',
      'edges',
    ])
    expect(firstMeasure(measuresThatSay(judged, []))).toBe('after')
    expect(firstMeasure([])).toBeNull()
  })

  it('are drawn by model, seeds together, the simple rows last', () => {
    const [edges] = measures.filter(({ name }) => name === 'edges')
    const figure = compareFigure(edges, judged, [ica, linear])
    expect(figure.rows.map(({ name, values }) => [name, values.map(({ value }) => value)])).toEqual([
      ['sVAE+', [3, 3]],
      ['VAE', [3]],
      ['ICA of effects', [7]],
    ])
    const svg = figureAsSvg((medium) => compareOption(figure, medium), 700, 200)
    for (const word of ['sVAE+', 'ICA of effects', 'Edges']) expect(svg).toContain(word)
  })

  it('save one row each with a value for every column', () => {
    const { columns, rows } = compareTable(judged, [ica, linear])
    expect(rows.map((row) => row.length)).toEqual(Array(5).fill(columns.length))
    expect(rows[0].slice(0, 5)).toEqual(['run-1', '2026-01-02T03:04:05.000Z', 'svae-plus', 15, 0])
    const column = (key: string) => rows.map((row) => row[columns.findIndex((one) => one.key === key)])
    expect(column('run')).toEqual(['run-1', 'run-2', 'vae-1', 'ica', 'linear'])
    expect(column('interventional_nll_after')).toEqual([320, null, null, null, 320])
    expect(column('edges')).toEqual([3, 3, 3, 7, null])
    expect(column('hidden')).toEqual([128, 128, 128, null, null])
    expect(column('stop_when')[0]).toBe('lossRests')
    expect(column('edge_recurrence')).toEqual([0.75, 0.75, null, null, null])
  })

  it('leave to evaluate what can be: held out, of the present screen, and not evaluated', () => {
    const heldOut = { cells: { train: 900, validation: 100, test: 90 } }
    const runs = [
      exampleRun(heldOut),
      exampleRun({ ...heldOut, id: 'run-2' }),
      exampleRun({ ...heldOut, id: 'old', screenSha256: 'b'.repeat(64) }),
      exampleRun({ id: 'nothing-held-out' }),
    ]
    const left = notEvaluated(runs, new Map([['run-1', evaluated]]), 'a'.repeat(64))
    expect(left.map(({ id }) => id)).toEqual(['run-2'])
  })
})

describe('the page', () => {
  const directory = '/projects/a'

  async function mountPage(answers: Answers) {
    setActivePinia(createPinia())
    const bridge = new FakeBridge({
      'evaluation/read': ({ run }) => ({ evaluation: run === 'run-1' ? evaluated : null }),
      'evaluation/baselines': () => ({ baselines: null }),
      'evaluation/agreement': () => ({ groups: [] }),
      'evaluation/start': () => ({ task: 'task-1' }),
      'evaluation/startBaselines': () => ({ task: 'task-2' }),
      ...answers,
    })
    connectTo(bridge)
    const cells = { train: 900, validation: 100, test: 90 }
    const state = newProject({}, directory)
    useProjectStore().show({
      ...state,
      project: { ...state.project, prepared: preparedScreen },
      runs: [exampleRun({ cells }), exampleRun({ id: 'run-2', cells })],
    })
    const router = createRouter({ history: createMemoryHistory(), routes })
    const page = mount(ComparePage, { global: { plugins: [router] } })
    await flushPromises()
    return { page, bridge }
  }

  it('gets what is missing: the other run, and the simple rows', async () => {
    const { page, bridge } = await mountPage({})
    for (const words of ['Evaluate 1 run', 'Compute the simple rows']) {
      await page
        .findAll('button')
        .find((button) => button.text() === words)
        ?.trigger('click')
      await flushPromises()
    }
    expect(bridge.asked.filter(({ name }) => name.includes('start')).map(({ body }) => body)).toEqual([
      { directory, run: 'run-2', particles: 5000 },
      { directory },
    ])
    expect(page.text()).toContain('Runs that differ only in their seed')
  })

  it('shows the simple rows, why they lack a part, and which one to trust', async () => {
    const message = 'With so few cells, ICA has found edges better.'
    const baselines: Baselines = {
      schemaVersion: 1,
      screenSha256: 'a'.repeat(64),
      createdAt: '2026-01-02T03:04:05.000Z',
      holdOut: { rule: 'none' },
      components: 3,
      compareWithin: [],
      rows: [linear, ica],
      advice: { code: 'icaForEdges', medianCells: 50, bound: 100, message },
    }
    const { page } = await mountPage({ 'evaluation/baselines': () => ({ baselines }) })
    expect(page.text()).toContain(message)
    expect(page.findAll('tbody tr').at(-1)?.text()).toContain('ICA of effects')
    expect(page.text()).toContain('ICA of effects, held-out NLL: It predicts no counts.')
    expect(page.text()).not.toContain('Compute the simple rows')
  })

  it('says what could not be read and tries again', async () => {
    let fails = true
    const { page } = await mountPage({
      'evaluation/agreement': () => {
        if (fails) throw new Error('no')
        return { groups: [] }
      },
    })
    expect(page.find('[role=alert]').exists()).toBe(true)
    fails = false
    await page
      .findAll('button')
      .find((button) => button.text() === 'Try again')
      ?.trigger('click')
    await flushPromises()
    expect(page.find('[role=alert]').exists()).toBe(false)
  })
})
