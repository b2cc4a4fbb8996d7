import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
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

// The values of styles/tokens.css, with which figures sit on a page.
const light: ChartInk = {
  background: '#ffffff',
  text: '#1b2027',
  mutedText: '#515a67',
  axisLine: '#878f9b',
  gridLine: '#e4e7ec',
  shade: '#eceef2',
  accent: '#1d5fc0',
  secondTone: '#7fa6dd',
  attention: '#8a5300',
  diverging: divergingOnLight,
}

const dark: ChartInk = {
  background: '#1b1f26',
  text: '#e7eaef',
  mutedText: '#a9b2bf',
  axisLine: '#77818f',
  gridLine: '#2b313a',
  shade: '#2b313a',
  accent: '#7db1ff',
  secondTone: '#4a74b0',
  attention: '#f0b557',
  diverging: divergingOnDark,
}

/** Saved figures are always on white, whatever the theme on screen. */
export const paperInk: ChartInk = light

function inkOfPage(): ChartInk {
  return document.documentElement.classList.contains('dark') ? dark : light
}

/** The ink of the theme on screen; follows the `dark` class of the page. */
export function useChartInk(): Readonly<ShallowRef<ChartInk>> {
  const ink = shallowRef(inkOfPage())
  const observer = new MutationObserver(() => (ink.value = inkOfPage()))
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  onScopeDispose(() => observer.disconnect())
  return ink
}
