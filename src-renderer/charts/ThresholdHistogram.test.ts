import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import ThresholdHistogram from './ThresholdHistogram.vue'

function mountHistogram(threshold: number) {
  return mount(ThresholdHistogram, {
    props: {
      histogram: { scale: 'linear', edges: [0, 50, 100], cells: [30, 70] },
      title: 'Counts per cell',
      quantity: 'Counts (UMIs) per cell',
      unit: 'counts',
      fileName: 'counts_per_cell',
      modelValue: threshold,
    },
    global: {
      stubs: {
        ChartFrame: {
          props: ['table'],
          template:
            '<div><slot name="controls" /><slot name="overlay" /><output>{{ JSON.stringify(table().rows) }}</output></div>',
        },
      },
    },
  })
}

it('moves by keys and says when a movement ended', async () => {
  const histogram = mountHistogram(50)
  const handle = histogram.get('[role=slider]')
  await handle.trigger('keydown', { key: 'ArrowRight' })
  await handle.trigger('keydown', { key: 'PageDown' })
  await handle.trigger('keydown', { key: 'Home' })
  await handle.trigger('keydown', { key: 'x' })
  expect(histogram.emitted('update:modelValue')).toEqual([[51], [41], [0]])
  expect(histogram.emitted('commit')).toHaveLength(3)
})

it('reads out what it keeps', () => {
  const handle = mountHistogram(1200).get('[role=slider]')
  expect(handle.attributes()).toMatchObject({
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    'aria-valuenow': '1200',
    'aria-valuetext': 'Cells with at least 1,200 counts are kept.',
  })
})

it('follows the pointer while it is down, and commits once', async () => {
  const histogram = mountHistogram(0)
  const handle = histogram.get<HTMLElement>('[role=slider]')
  handle.element.setPointerCapture = () => undefined
  const overlay = histogram.get<HTMLElement>('.overlay').element
  // 72 px and 16 px are the margins of the plot: it is 400 px wide.
  overlay.getBoundingClientRect = () => new DOMRect(0, 0, 488, 200)
  await handle.trigger('pointermove', { clientX: 200 })
  expect(histogram.emitted('update:modelValue')).toBeUndefined()
  await handle.trigger('pointerdown')
  await handle.trigger('pointermove', { clientX: 72 + 100 })
  await handle.trigger('pointermove', { clientX: 72 + 200 })
  await handle.trigger('pointerup')
  expect(histogram.emitted('update:modelValue')).toEqual([[25], [50]])
  expect(histogram.emitted('commit')).toHaveLength(1)
})

it('gives its bins as a table', () => {
  expect(mountHistogram(0).get('output').text()).toBe('[[0,50,30],[50,100,70]]')
})
