import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import { divergingOnDark, divergingOnLight, type Rgb } from './palettes'

/** Colours of everything in a figure that is not data. A canvas cannot read CSS variables, hence these constants. */
export interface ChartInk {
  background: string
  text: string
  mutedText: string
  axisLine: string
  gridLine: string
  /** Shaded spans (warm-up) and reference distributions. */
  shade: string
  accent: string
  /** The lighter of two tones. */
  secondTone: string
  attention: string
  diverging: readonly Rgb[]
}

const light: ChartInk = {
  background: '#ffffff',
  text: '#1f2329',
  mutedText: '#565d66',
  axisLine: '#8a919a',
  gridLine: '#e4e7eb',
  shade: '#eef0f3',
  accent: '#1a5fb4',
  secondTone: '#6fa8dc',
  attention: '#9a5b00',
  diverging: divergingOnLight,
}

const dark: ChartInk = {
  background: '#1b1e23',
  text: '#e8eaed',
  mutedText: '#a9b0ba',
  axisLine: '#6d757f',
  gridLine: '#30353c',
  shade: '#282c33',
  accent: '#7db4f5',
  secondTone: '#3f6ea3',
  attention: '#f0b355',
  diverging: divergingOnDark,
}

/** Saved figures are always on white, whatever the theme on screen. */
export const paperInk: ChartInk = light

function inkOfPage(): ChartInk {
  return document.documentElement.classList.contains('dark') ? dark : light
}

/** The ink of the theme on screen; follows the `dark` class of the page. */
export function useChartInk(): Readonly<Ref<ChartInk>> {
  const ink = ref(inkOfPage())
  const observer = new MutationObserver(() => (ink.value = inkOfPage()))
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  onScopeDispose(() => observer.disconnect())
  return readonly(ink)
}
