import type { Place } from './plan'
import type { Access, Split } from './schedule'

export function whole(place: Place): Access {
  return { buffer: place.buffer, split: null }
}

export function part(place: Place, split: Split): Access {
  return { buffer: place.buffer, split }
}

/** Bytes from row to row. */
export function strideOf(place: Place): number {
  return place.layout.stride * 4
}

/** The end of a part, rounded up to whole vectors. */
export function vectorEnd(end: number): number {
  return Math.ceil(end / 4) * 4
}
