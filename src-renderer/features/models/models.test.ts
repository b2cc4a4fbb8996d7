import { modelPresets, modelRecipeSchema, withModel, withPreset } from '@contract/recipe'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { connectTo } from '../../contractClient/client'
import { FakeBridge } from '../../contractClient/fixtures/fakeBridge'
import { firstTwins, presetOf, withMoreSeeds } from './modelChoices'
import NumberField from './NumberField.vue'
import { modelWarnings, readNumber } from './numberRules'
import { smallestShiftSummary } from './smallestShift'
import EstimatePanel from './EstimatePanel.vue'
import SettingField from './SettingField.vue'
import { useEstimates } from './useEstimates'

const model = modelRecipeSchema.parse({})

describe('presets', () => {
  it('are recognised by their settings, whatever the seed', () => {
    expect(presetOf({ ...model, seed: 7 })).toBe('paper')
    expect(presetOf(withPreset(model, 'quick'))).toBe('quick')
    const thorough = modelRecipeSchema.parse(withPreset(withModel(model, 'svae'), 'thorough'))
    expect(presetOf(thorough)).toBe('thorough')
    expect(presetOf(withPreset(thorough, 'paper'))).toBe('paper')
    expect(presetOf({ ...model, latents: 16 })).toBe('own')
  })

  it('leave what they do not name alone', () => {
    const changed = withPreset({ ...model, seed: 5, alpha: 3 }, 'quick')
    expect(changed).toMatchObject({ seed: 5, alpha: 3, ...modelPresets.quick })
  })
})

describe('several models', () => {
  it('grow by the next unused seeds behind the copied one', () => {
    const models = [model, { ...model, seed: 2 }]
    expect(withMoreSeeds(models, 0, 2).map(({ seed }) => seed)).toEqual([0, 1, 3, 2])
  })

  it('may share seeds when they differ otherwise', () => {
    const models = [model, { ...model, seed: 1, latents: 20 }]
    expect(withMoreSeeds(models, 0, 1).map(({ seed }) => seed)).toEqual([0, 1, 1])
  })

  it('that would give the same result are noticed, wherever they are computed', () => {
    expect(firstTwins([model, { ...model, seed: 1 }])).toBeNull()
    expect(firstTwins([{ ...model, seed: 1 }, model, { ...model, threads: 4, device: 'cpu' }])).toEqual([
      1, 2,
    ])
  })
})

describe('numbers as people type them', () => {
  it.each([
    ['latents', '15', 15],
    ['epochs', '1,000', 1000],
    ['learningRate', '1e-3', 0.001],
    ['alpha', ' 2.5 ', 2.5],
    ['warmUp', '0', 0],
  ] as const)('%s takes %s', (name, typed, value) => {
    expect(readNumber(name, typed)).toEqual({ value })
  })

  it.each([
    ['latents', '0'],
    ['latents', '501'],
    ['contentLatents', '101'],
    ['contentLatents', '-1'],
    ['latents', '1.5'],
    ['latents', ''],
    ['latents', 'many'],
    ['epochs', '10001'],
    ['batchSize', '2'],
    ['alpha', '0'],
    ['learningRate', '1.1'],
    ['learningRate', '−1'],
    ['seed', '4294967296'],
    ['patience', '0'],
    ['threads', '0'],
  ] as const)('%s refuses %j and says what it takes', (name, typed) => {
    const read = readNumber(name, typed)
    expect('problem' in read && read.problem).toMatch(/number/i)
  })

  it('warns of a warm-up that never ends and of patience that never runs out', () => {
    expect(modelWarnings(model)).toEqual({})
    expect(Object.keys(modelWarnings({ ...model, epochs: 40 }))).toEqual(['warmUp', 'patience'])
    expect(modelWarnings({ ...model, warmUp: 10, epochs: 40, patience: null })).toEqual({})
  })
})

describe('a number field', () => {
  function mountField() {
    return mount(NumberField, { props: { name: 'latents', value: 15 } })
  }

  it('takes valid values over and keeps wrong ones to itself, with the reason', async () => {
    const field = mountField()
    const input = field.get('input')
    await input.setValue('600')
    expect(field.emitted('change')).toBeUndefined()
    expect(field.emitted('validity')).toEqual([[false]])
    expect(field.text()).toContain('A whole number between 1 and 500.')
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(input.element.value).toBe('600')
    await input.setValue('60')
    expect(field.emitted('change')).toEqual([[60]])
    expect(field.emitted('validity')).toEqual([[false], [true]])
  })

  it('follows undo', async () => {
    const field = mountField()
    await field.get('input').setValue('x')
    await field.setProps({ value: 10 })
    expect(field.get('input').element.value).toBe('10')
    expect(field.emitted('validity')?.at(-1)).toEqual([true])
  })

  it('is no longer counted as wrong when it goes away', async () => {
    const onValidity = vi.fn()
    const field = mount(NumberField, { props: { name: 'latents', value: 15, onValidity } })
    await field.get('input').setValue('x')
    field.unmount()
    expect(onValidity.mock.calls).toEqual([[false], [true]])
  })

  it('has a label, its unit and its meaning', async () => {
    const field = mountField()
    await nextTick()
    const input = field.get('input')
    expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
    expect(field.text()).toContain('processes')
    expect(input.attributes('aria-describedby')).toContain('meaning')
  })
})

it('sums up the smallest shifts', () => {
  const shift = (perturbation: string, cells: number, size: number) => ({ perturbation, cells, shift: size })
  expect(smallestShiftSummary([])).toBeNull()
  expect(
    smallestShiftSummary([shift('a', 100, 1), shift('b', 25, 2), shift('c', 400, 0.5), shift('d', 50, 1.4)]),
  ).toEqual({
    median: 1.2,
    tooFewCells: 3,
    fewestCells: shift('b', 25, 2),
  })
})

describe('a setting that may be left open', () => {
  const box = { label: 'The number of trained perturbations', ticked: 'open', start: 60 } as const

  it('shows the box ticked and no number while it is open', async () => {
    const field = mount(SettingField, { props: { model, name: 'alpha', box } })
    const checkbox = field.get<HTMLInputElement>('input[type="checkbox"]')
    expect(checkbox.element.checked).toBe(true)
    expect(field.find('input[type="text"]').exists()).toBe(false)
    expect(field.text()).toContain('larger leaves fewer edges')
    await checkbox.setValue(false)
    expect(field.emitted('change')).toEqual([[{ alpha: 60 }]])
  })

  it('shows its number where it is given, and opens it again', async () => {
    const given = { ...model, alpha: 12 }
    const field = mount(SettingField, { props: { model: given, name: 'alpha', box } })
    const number = field.get<HTMLInputElement>('input[type="text"]')
    expect(number.element.value).toBe('12')
    await number.setValue('13')
    await field.get('input[type="checkbox"]').setValue(true)
    expect(field.emitted('change')).toEqual([[{ alpha: 13 }], [{ alpha: null }]])
  })

  it('can have a box that is ticked where it is given', async () => {
    const stopping = { label: 'Stop early', ticked: 'given', start: 45 } as const
    const field = mount(SettingField, { props: { model, name: 'patience', box: stopping } })
    const checkbox = field.get<HTMLInputElement>('input[type="checkbox"]')
    expect(checkbox.element.checked).toBe(true)
    await checkbox.setValue(false)
    expect(field.emitted('change')).toEqual([[{ patience: null }]])
  })

  it('says when its number is wrong', async () => {
    const field = mount(SettingField, { props: { model, name: 'latents' } })
    await field.get('input').setValue('0')
    expect(field.emitted('validity')).toEqual([[false]])
    expect(field.emitted('change')).toBeUndefined()
  })
})

describe('the panel of what is expected', () => {
  const nothing = { estimate: null, totalSeconds: null, models: 1, problem: null, progress: null }

  it('shows how far the timing is, and lets it be cancelled', async () => {
    const progress = {
      measurement: 'a',
      fraction: 0.4,
      message: 'Timing steps of this model',
      secondsLeft: 2,
    }
    const panel = mount(EstimatePanel, { props: { ...nothing, timing: true, progress } })
    expect(panel.get('[role="progressbar"]').attributes('aria-valuenow')).toBe('40')
    expect(panel.text()).toContain('Timing steps of this model')
    expect(panel.text()).toContain('about 2 s left')
    await panel.get('button').trigger('click')
    expect(panel.emitted('cancel')).toHaveLength(1)
  })

  it('offers to time again what was cancelled', async () => {
    const panel = mount(EstimatePanel, { props: { ...nothing, timing: false } })
    expect(panel.text()).toContain('the timing of steps was cancelled')
    await panel.get('button').trigger('click')
    expect(panel.emitted('again')).toHaveLength(1)
  })
})

describe('estimates', () => {
  const answer = { secondsPerEpoch: 1, seconds: 300, memoryBytes: 1e8, device: 'CPU', smallestShift: [] }

  it('are asked once for models that cost the same, and again for another screen', async () => {
    const bridge = new FakeBridge({ 'models/estimate': () => answer })
    connectTo(bridge)
    const models = shallowRef([model, { ...model, seed: 1 }, { ...model, latents: 20 }])
    const screen = shallowRef<string | null>('first')
    const scope = effectScope()
    const estimates = scope.run(() =>
      useEstimates(
        () => '/a',
        () => models.value,
        () => screen.value,
      ),
    )
    await vi.waitFor(() => expect(estimates?.estimateOf(models.value[2])).toEqual(answer))
    expect(bridge.asked).toHaveLength(2)
    expect(estimates?.estimateOf({ ...model, seed: 99 })).toEqual(answer)
    screen.value = 'second'
    await nextTick()
    expect(estimates?.estimateOf(model)).toBeNull()
    await vi.waitFor(() => expect(bridge.asked).toHaveLength(4))
    scope.stop()
  })

  it('can be cancelled, and asked for again', async () => {
    let refuse: (reason: Error) => void = () => {}
    const bridge = new FakeBridge({
      'models/estimate': () => new Promise((_, reject) => (refuse = reject)),
      'measurements/cancel': () => {
        refuse(new Error('cancelled'))
        return {}
      },
    })
    connectTo(bridge)
    const estimates = effectScope().run(() =>
      useEstimates(
        () => '/a',
        () => [model],
        () => 'first',
      ),
    )
    expect(estimates?.timing.value).toBe(true)
    estimates?.cancel()
    expect(estimates?.timing.value).toBe(false)
    await vi.waitFor(() => expect(bridge.namesAsked()).toEqual(['models/estimate', 'measurements/cancel']))
    expect(estimates?.problem.value).toBeNull()
    bridge.answers['models/estimate'] = () => answer
    estimates?.again()
    await vi.waitFor(() => expect(estimates?.estimateOf(model)).toEqual(answer))
  })

  it('wait for a screen, and say why they failed', async () => {
    const bridge = new FakeBridge({
      'models/estimate': () => {
        throw new Error('no')
      },
    })
    connectTo(bridge)
    const screen = shallowRef<string | null>(null)
    const estimates = effectScope().run(() =>
      useEstimates(
        () => '/a',
        () => [model],
        () => screen.value,
      ),
    )
    await nextTick()
    expect(bridge.asked).toHaveLength(0)
    screen.value = 'first'
    await vi.waitFor(() => expect(estimates?.problem.value?.code).toBe('internal/unexpected'))
  })
})
