/** Streams of random numbers of a simulation: first position of a `RandomStream`; the second counts what is drawn. */
export const streams = {
  targets: 0,
  density: 1,
  shifts: 2,
  weights: 3,
  latents: 4,
  counts: 5,
  programmes: 6,
  combinations: 7,
  cells: 8,
} as const
