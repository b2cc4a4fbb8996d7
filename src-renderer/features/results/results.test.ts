import { modelRecipeSchema } from '@contract/recipe'
import type { LatentShares as LatentSharesOfRun } from '@contract/results'
import { mount, RouterLinkStub } from '@vue/test-utils'
import { ElOption, ElSelect } from 'element-plus'
import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { drawnTargetGraph } from '../../charts/targetGraph/drawnTargetGraph'
import { exampleGenes, exampleGraph } from '../../charts/targetGraph/fixtures/exampleGraph'
import { connectTo, request } from '../../contractClient/client'
import { FakeBridge } from '../../contractClient/fixtures/fakeBridge'
import { exampleRun } from '../training/fixtures/exampleRun'
import { rankedList, symbolList } from './geneFiles'
import ContentLatents from './ContentLatents.vue'
import GeneList from './GeneList.vue'
import LatentShares from './LatentShares.vue'
import NoGraph from './NoGraph.vue'
import RenameLatent from './RenameLatent.vue'
import RunSummary from './RunSummary.vue'
import ShiftList from './ShiftList.vue'
import { similarPerturbations } from './similarPerturbations'
import TargetGraphPanel from './TargetGraphPanel.vue'
import { useGeneLists } from './useGeneLists'

const drawn = drawnTargetGraph(exampleGraph, 0.5)

describe('gene files', () => {
  it('list symbols one a line', () => {
    expect(symbolList(exampleGenes.up)).toBe('CXCL10\nGBP1\n')
  })

  it('rank from the highest to the lowest score', () => {
    expect(rankedList(exampleGenes)).toBe('CXCL10\t0.5\nGBP1\t0.25\nGBP2\t-0.3\n')
  })
})

it('finds perturbations that shift the same latents in the same direction', () => {
  expect(similarPerturbations(drawn, 0)).toEqual([{ perturbation: 1, shared: 1 }])
  const opposite = { ...exampleGraph, shift: [[-2, 7], ...exampleGraph.shift.slice(1)] }
  expect(similarPerturbations(drawnTargetGraph(opposite, 0.5), 0)).toEqual([])
  expect(similarPerturbations(drawn, 2)).toEqual([])
})

describe('a model without a target graph', () => {
  const without = (name: 'vae' | 'ivae') => {
    const configuration = modelRecipeSchema.parse({ model: name, latents: 3 })
    return exampleRun({ configuration, latentLabels: { z2: 'Interferon response' } })
  }

  it('says why, and that other models have edges', () => {
    connectTo(new FakeBridge({ 'results/genes': () => exampleGenes }))
    const words = (name: 'vae' | 'ivae') =>
      mount(NoGraph, { props: { directory: '/a', run: without(name) } }).text()
    expect(words('vae')).toContain('A VAE does not know which cell carries which perturbation')
    expect(words('ivae')).toContain('An iVAE shifts every latent by every perturbation')
    expect(words('vae')).toContain('For edges, train sVAE+')
  })

  it('shows the genes of the latent that is chosen, by the names given to latents', async () => {
    const bridge = new FakeBridge({ 'results/genes': () => exampleGenes })
    connectTo(bridge)
    const panel = mount(NoGraph, { props: { directory: '/a', run: without('vae') } })
    const asked = () => bridge.asked.filter(({ name }) => name === 'results/genes').map(({ body }) => body)
    await vi.waitFor(() => expect(asked().at(0)).toMatchObject({ run: 'run-1', latent: 'z1' }))
    const choice = panel.getComponent(ElSelect)
    expect(choice.findAllComponents(ElOption).map((option) => option.props('label') as string)).toEqual([
      'Latent 1 (z1)',
      'Interferon response (z2)',
      'Latent 3 (z3)',
    ])
    choice.vm.$emit('update:modelValue', 'z2')
    await vi.waitFor(() => expect(asked().at(-1)).toMatchObject({ latent: 'z2' }))
    expect(panel.text()).toContain('Interferon response')
  })
})

it('shows beside its figures what a run has to say of itself', () => {
  const message = 'All 290 possible edges are there because the mask has not had time to thin out.'
  const run = exampleRun({ notices: [{ at: '2026-01-02T03:14:05.000Z', message }] })
  expect(
    mount(RunSummary, { props: { run, edges: 290 } })
      .get('[role="status"]')
      .text(),
  ).toContain(message)
  const silent = mount(RunSummary, { props: { run: exampleRun(), edges: 3 } })
  expect(silent.find('[role="status"]').exists()).toBe(false)
})

it('asks for the gene lists of a run once, one after another, and leaves out what cannot be read', async () => {
  const bridge = new FakeBridge({
    'results/genes': ({ latent }) => {
      if (latent === 'z2') throw new Error('no')
      return exampleGenes
    },
  })
  connectTo(bridge)
  const lists = effectScope().run(() =>
    useGeneLists((latent) => request('results/genes', { directory: '/a', run: 'run-1', latent })),
  )
  await lists?.load(exampleGraph.latents)
  await lists?.load(exampleGraph.latents)
  expect(lists?.lists.value).toEqual([exampleGenes])
  expect(bridge.asked).toHaveLength(2)
})

describe('lists', () => {
  it('show genes with rank, score for readers and mean count', () => {
    const text = mount(GeneList, { props: { genes: exampleGenes.up, caption: 'Genes' } }).text()
    expect(text).toContain('CXCL10')
    expect(text).toContain('+0.5000')
    expect(text).toContain('3.00')
  })

  it('say that there is no gene', () => {
    expect(mount(GeneList, { props: { genes: [], caption: 'Genes' } }).text()).toContain(
      'No gene has a score',
    )
  })

  it('order shifts by size and open one', async () => {
    const entries = [
      { key: 4, name: 'small', shift: 0.2, shown: '+0.20', certainty: '' },
      { key: 7, name: 'large', shift: -2, shown: '−2.00', certainty: '' },
    ]
    const list = mount(ShiftList, { props: { entries, limit: 2, caption: 'Shifted by' } })
    expect(list.findAll('.name').map((name) => name.text())).toEqual(['large', 'small'])
    await list.get('button').trigger('click')
    expect(list.emitted('open')).toEqual([[7]])
    const bar = list.get<HTMLElement>('.bar').element.style
    expect([bar.left, bar.width]).toEqual(['0%', '50%'])
  })
})

describe('what a latent follows', () => {
  const shares: LatentSharesOfRun = {
    latents: exampleGraph.latents.map(({ name, label }) => ({ name, label, content: false })),
    factors: [
      { name: 'perturbation', kind: 'perturbation', levels: 4, nested: false },
      { name: 'depth', kind: 'depth', levels: null, nested: false },
      { name: 'cell_type', kind: 'labels', levels: 3, nested: false },
      { name: 'guide', kind: 'labels', levels: 9, nested: true },
    ],
    share: [
      [0.2, 0.5],
      [0.05, 0.01],
      [0.42, 0.1],
      [0.25, 0.6],
    ],
  }
  async function mountShares(answer: LatentSharesOfRun | null, latent: string) {
    connectTo(new FakeBridge({ 'results/shares': () => answer }))
    const mounted = mount(LatentShares, { props: { directory: '/a', run: 'run-1', latent } })
    await vi.waitFor(() => expect(mounted.text()).not.toContain('Reading'))
    return mounted
  }

  it('is shown as bars, the largest first, with a warning where it is no perturbation', async () => {
    const mounted = await mountShares(shares, 'z1')
    expect(mounted.findAll('li .value').map((value) => value.text())).toEqual(['42 %', '25 %', '20 %', '5 %'])
    expect(mounted.text()).toContain(
      'Much of this latent is cell_type (42 %, over 30 %): its edges may be composition, not effect.',
    )
    expect(mounted.get<HTMLElement>('.bar').element.style.width).toBe('42%')
    await mounted.setProps({ latent: 'z2' })
    expect(mounted.text()).not.toContain('composition')
    expect(mounted.get('.name').text()).toContain('guide (goes with the perturbation)')
  })

  it('calls nothing into question of a content latent, which has no edges', async () => {
    const content = { ...shares, latents: shares.latents.map((latent) => ({ ...latent, content: true })) }
    const mounted = await mountShares(content, 'z1')
    expect(mounted.findAll('li .value').map((value) => value.text())).toContain('42 %')
    expect(mounted.text()).not.toContain('composition')
    expect(mounted.text()).not.toContain('in no edge')
    // Half of the other one is the perturbation.
    await mounted.setProps({ latent: 'z2' })
    expect(mounted.text()).toContain(
      'the perturbation (50 %, over 30 %): that part of the effects is in no edge',
    )
  })

  it('is asked for, with the genes, of the content latents of a run once they are opened', async () => {
    const latents = ['z1', 'c1', 'c2'].map((name) => ({ name, label: name, content: name !== 'z1' }))
    const [factor] = shares.factors
    const bridge = new FakeBridge({
      'results/shares': () => ({ latents, factors: [factor], share: [[0.1, 0.2, 0.3]] }),
      'results/genes': () => ({ ...exampleGenes, latent: 'c1', label: 'Content latent 1' }),
    })
    connectTo(bridge)
    const run = { ...exampleRun(), configuration: modelRecipeSchema.parse({ contentLatents: 2 }) }
    const mounted = mount(ContentLatents, { props: { directory: '/a', run }, attachTo: document.body })
    expect(mounted.get('summary').text()).toBe('Content latents (2)')
    expect(bridge.asked).toEqual([])
    await mounted.trigger('toggle')
    await vi.waitFor(() => expect(mounted.text()).toContain('CXCL10'))
    expect(mounted.get('li .value').text()).toBe('20 %')
    expect(mounted.findAllComponents(ElOption).map((option) => option.props('label'))).toEqual(['c1', 'c2'])
    mounted.unmount()
  })

  it('is not known of a run of before it was computed', async () => {
    expect((await mountShares(null, 'z1')).text()).toContain('Train again')
  })
})

describe('renaming a latent', () => {
  function mountRename(bridge: FakeBridge) {
    connectTo(bridge)
    return mount(RenameLatent, {
      props: { directory: '/a', run: 'run-1', latent: 'z1', label: 'Latent 1' },
      attachTo: document.body,
    })
  }

  it('saves the trimmed name and tells that it did', async () => {
    const bridge = new FakeBridge({ 'results/renameLatent': () => exampleRun() })
    const rename = mountRename(bridge)
    await rename.get('button').trigger('click')
    await rename.get('input').setValue('  Interferon response ')
    await rename.get('form').trigger('submit')
    await vi.waitFor(() => expect(rename.emitted('renamed')).toHaveLength(1))
    expect(bridge.asked[0].body).toEqual({
      directory: '/a',
      run: 'run-1',
      latent: 'z1',
      label: 'Interferon response',
    })
    expect(rename.find('form').exists()).toBe(false)
  })

  it('keeps what was typed when it cannot be saved', async () => {
    const rename = mountRename(
      new FakeBridge({
        'results/renameLatent': () => {
          throw new Error('no')
        },
      }),
    )
    await rename.get('button').trigger('click')
    await rename.get('input').setValue('Stress')
    await rename.get('form').trigger('submit')
    await vi.waitFor(() => expect(rename.find('[role=alert]').exists()).toBe(true))
    expect(rename.get('input').element.value).toBe('Stress')
    expect(rename.emitted('renamed')).toBeUndefined()
  })
})

describe('the panel', () => {
  function mountPanel(graph = exampleGraph, threshold = 0.5) {
    return mount(TargetGraphPanel, {
      props: {
        graph,
        drawn: drawnTargetGraph(graph, threshold),
        run: exampleRun(),
        selected: null,
        geneLists: [],
        threshold,
      },
      global: {
        stubs: {
          TargetGraphHeatMap: true,
          BipartiteGraph: true,
          EdgeTable: true,
          RouterLink: RouterLinkStub,
        },
      },
    })
  }

  it('counts the edges over the threshold', async () => {
    const panel = mountPanel()
    expect(panel.text()).toContain('3 edges over 0.50')
    await panel.setProps({ threshold: 0.85, drawn: drawnTargetGraph(exampleGraph, 0.85) })
    expect(panel.text()).toContain('1 edge over 0.85')
    expect(panel.text()).toContain('Back to 0.50')
  })

  it('says honestly that nothing was found, and offers the most probable pairs', async () => {
    const panel = mountPanel({
      ...exampleGraph,
      probability: exampleGraph.probability.map((row) => row.map((p) => p / 3)),
    })
    expect(panel.text()).toContain('No edge was found')
    const offer = panel.findAll('button').find((one) => one.text() === 'Show the most probable pairs')
    await offer?.trigger('click')
    const [[lower]] = panel.emitted<[number]>('update:threshold') ?? []
    expect(lower).toBeLessThan(0.1)
  })
})
