import type { EChartsType } from 'echarts/core'

/** What a figure may ask of the chart in its frame. */
export interface ChartFrameHandle {
  /** Null until the frame knows its width. */
  readonly chart: Pick<
    EChartsType,
    'dispatchAction' | 'getOption' | 'convertFromPixel' | 'convertToPixel' | 'getWidth' | 'getHeight'
  > | null
}
