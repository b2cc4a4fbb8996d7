import type { Histogram } from '@contract/reports'

/** A histogram's horizontal axis: values of the quantity to positions between 0 (left) and 1 (right), and back. */
export interface ThresholdScale {
  /** Left and right end, in the quantity's own unit. */
  readonly first: number
  readonly last: number
  /** Position of a value; values outside are at the ends. */
  toPosition(value: number): number
  /** Whole value at a position between 0 and 1. At the left end it is 0: nothing is cut. */
  toValue(position: number): number
  /** The coordinate that is drawn: log10 of the value on a logarithmic axis, else the value. */
  toCoordinate(value: number): number
}

/** The axis of a histogram of counts. On a logarithmic axis, edges at or under 0 are drawn where 1 is. */
export function thresholdScale({ scale, edges }: Pick<Histogram, 'scale' | 'edges'>): ThresholdScale {
  const first = edges.at(0) ?? 0
  const last = edges.at(-1) ?? 1
  const toCoordinate = (value: number) =>
    scale === 'log10' ? Math.log10(Math.max(value, Math.min(1, last))) : value
  const left = toCoordinate(first)
  const width = toCoordinate(last) - left || 1

  return {
    first,
    last,
    toCoordinate,
    toPosition: (value) => Math.min(1, Math.max(0, (toCoordinate(value) - left) / width)),
    toValue: (position) => {
      if (position <= 0) return 0
      const coordinate = left + Math.min(1, position) * width
      return Math.round(scale === 'log10' ? 10 ** coordinate : coordinate)
    },
  }
}

/** A threshold so many hundredths of the axis further; moves by 1 at least, never under 0 or past the right end. */
export function stepThreshold(scale: ThresholdScale, threshold: number, hundredths: number): number {
  const moved = scale.toValue(scale.toPosition(threshold) + hundredths / 100)
  const further = hundredths > 0 ? Math.max(moved, threshold + 1) : Math.min(moved, threshold - 1)
  return Math.min(Math.max(0, further), Math.ceil(scale.last))
}

/** Tick values of the axis: round numbers, at most about ten. */
export function axisTicks({ scale, edges }: Pick<Histogram, 'scale' | 'edges'>): number[] {
  const { first, last } = thresholdScale({ scale, edges })
  if (scale === 'linear') return []
  const ticks: number[] = []
  const factors = last / first < 20 ? [1, 2, 3, 4, 5, 6, 8] : [1, 2, 5]
  for (let decade = 0; 10 ** decade <= last; decade += 1) {
    for (const factor of factors) ticks.push(factor * 10 ** decade)
  }
  return ticks.filter((tick) => tick >= first && tick <= last)
}
