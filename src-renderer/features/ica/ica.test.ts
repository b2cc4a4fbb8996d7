import type { Baselines, IcaGraph } from '@contract/baselines'
import type { LatentGenes } from '@contract/results'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { exampleIcaGraph } from '../../charts/targetGraph/fixtures/exampleIcaGraph'
import TargetGraphHeatMap from '../../charts/targetGraph/TargetGraphHeatMap.vue'
import { connectTo } from '../../contractClient/client'
import { FakeBridge, type Answers } from '../../contractClient/fixtures/fakeBridge'
import { newProject, preparedScreen } from '../../contractClient/fixtures/projectStates'
import { routes } from '../../router/routes'
import { useProjectStore } from '../../stores/project'
import IcaPanel from './IcaPanel.vue'

const directory = '/projects/a'
const nothing = { transfer: null, recovery: null, graph: null, geneLists: null, similarPairs: null }
const computed: Baselines = {
  schemaVersion: 1,
  screenSha256: 'a'.repeat(64),
  createdAt: '2026-01-02T03:04:05.000Z',
  holdOut: { rule: 'none' },
  components: 10,
  compareWithin: ['cell_type'],
  rows: [{ baseline: 'ica', ...nothing, edges: { found: 2, possible: 4 }, missing: [] }],
  advice: null,
}
const genes: LatentGenes = {
  latent: 'IC1',
  label: 'IC 1',
  up: [{ rank: 1, id: 'ENSG1', symbol: 'CXCL10', score: 2, meanCount: 3 }],
  down: [],
}

beforeEach(() => setActivePinia(createPinia()))

async function mountPanel(answers: Answers, prepared = true) {
  const bridge = new FakeBridge({
    'evaluation/baselines': () => ({ baselines: computed }),
    'evaluation/icaGraph': () => ({ graph: exampleIcaGraph }),
    'evaluation/icaGenes': () => genes,
    'evaluation/startBaselines': () => ({ task: 'task-1' }),
    ...answers,
  })
  connectTo(bridge)
  const state = newProject({}, directory)
  if (prepared) state.project.prepared = preparedScreen
  useProjectStore().show(state)
  const router = createRouter({ history: createMemoryHistory(), routes })
  const panel = mount(IcaPanel, {
    global: { plugins: [router], stubs: { TargetGraphHeatMap: true } },
  })
  await flushPromises()
  return { panel, bridge }
}

describe('effects without a model', () => {
  it('say what was found, how edges were called and what that does not say', async () => {
    const { panel } = await mountPanel({})
    const text = panel.text().replace(/\s+/g, ' ')
    expect(text).toContain('2of 4 possible')
    expect(text).toContain('3 edges, 1 of held-out perturbations')
    expect(text).toContain('at most 5 % are expected to be false')
    expect(text).toContain('within cell_type')
    expect(text).toContain('at least 30 % of the largest')
    expect(text).toContain('ICA gives no likelihood of cells')
    expect(text).toContain('it was not measured whether ICA or a model')
    expect(text).toContain('† held out')
  })

  it('put the advice where there is one', async () => {
    const advice = { code: 'icaForEdges' as const, medianCells: 50, bound: 450, message: 'Trust its edges.' }
    const { panel } = await mountPanel({
      'evaluation/baselines': () => ({ baselines: { ...computed, advice } }),
    })
    expect(panel.text()).toContain('Trust its edges.')
    expect(panel.text()).not.toContain('was not measured')
  })

  it('show the genes of a component, the components of a perturbation, and what a pair is', async () => {
    const { panel, bridge } = await mountPanel({})
    const select = async (at: object) => {
      panel.getComponent(TargetGraphHeatMap).vm.$emit('select', at)
      await flushPromises()
      return panel.text().replace(/\s+/g, ' ')
    }
    expect(await select({ latent: 0 })).toContain('CXCL10')
    expect(bridge.asked.at(-1)).toEqual({
      name: 'evaluation/icaGenes',
      body: { directory, component: 'IC1', count: undefined },
    })
    const perturbation = await select({ perturbation: 0 })
    expect(perturbation).toContain('Shifted components')
    expect(perturbation).toContain('+0.031')
    const pair = await select({ perturbation: 1, latent: 1 })
    expect(pair).toContain('too likely by chance')
    expect(pair).toContain('False discovery rate')
    panel.unmount()
  })

  it('offer the computation where there is none yet', async () => {
    const { panel, bridge } = await mountPanel({ 'evaluation/baselines': () => ({ baselines: null }) })
    const button = panel.findAll('button').find((one) => one.text() === 'Compute the simple rows')
    await button?.trigger('click')
    await flushPromises()
    expect(bridge.asked.at(-1)).toEqual({ name: 'evaluation/startBaselines', body: { directory } })
  })

  it('need a prepared screen', async () => {
    const { panel } = await mountPanel({}, false)
    expect(panel.text()).toContain('No prepared screen yet')
  })

  it('say why there is nothing', async () => {
    const missing = [{ part: 'edges' as const, reason: 'Effects against control need control cells.' }]
    const rows: Baselines['rows'] = [{ baseline: 'ica', ...nothing, edges: null, missing }]
    const { panel, bridge } = await mountPanel({
      'evaluation/baselines': () => ({ baselines: { ...computed, rows } }),
      'evaluation/icaGraph': () => ({ graph: null }),
    })
    expect(panel.text()).toContain('Effects against control need control cells.')
    expect(panel.findComponent(TargetGraphHeatMap).exists()).toBe(false)
    expect(panel.text()).not.toContain('was not measured')
    expect(panel.get('details').attributes('open')).toBeDefined()
    expect(bridge.namesAsked()).not.toContain('evaluation/icaGenes')
  })

  it('say that no edge was found', async () => {
    const none: IcaGraph = {
      ...exampleIcaGraph,
      perturbations: exampleIcaGraph.perturbations.map((one) => ({ ...one, edges: 0 })),
      components: exampleIcaGraph.components.map((one) => ({ ...one, edges: 0 })),
      edges: exampleIcaGraph.edges.map((row) => row.map(() => false)),
    }
    const { panel } = await mountPanel({ 'evaluation/icaGraph': () => ({ graph: none }) })
    expect(panel.text()).toContain('No edge was found')
  })

  it('say what could not be read and try again', async () => {
    let fails = true
    const { panel } = await mountPanel({
      'evaluation/icaGraph': () => {
        if (fails) throw new Error('no')
        return { graph: exampleIcaGraph }
      },
    })
    expect(panel.find('[role=alert]').exists()).toBe(true)
    fails = false
    await panel
      .findAll('button')
      .find((one) => one.text() === 'Try again')
      ?.trigger('click')
    await flushPromises()
    expect(panel.text()).toContain('2of 4 possible')
  })
})
