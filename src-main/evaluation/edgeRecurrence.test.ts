import { expect, test } from 'vitest'
import { RandomStream } from '../numerics/random'
import { edgeRecurrence, type GraphOfRun } from './edgeRecurrence'

const cells = 60
const base = new RandomStream(2, 'simulation').fillNormal(new Float32Array(cells * 2))

/** Two perturbations, two latents; `order` and `signs` say which latent of the first run each column is. */
function run(
  order: readonly [number, number],
  signs: readonly [number, number],
  edges: number[],
  shifts: number[],
) {
  const latents = {
    rows: cells,
    columns: 2,
    values: Float64Array.from({ length: cells * 2 }, (_, i) => {
      const cell = Math.floor(i / 2)
      return signs[i % 2] * base[cell * 2 + order[i % 2]]
    }),
  }
  const graph = { perturbations: 2, latents: 2, edges: Uint8Array.from(edges) }
  return {
    latents,
    graph,
    shifts: { rows: 2, columns: 2, values: Float64Array.from(shifts) },
  } satisfies GraphOfRun
}

test('edges recur whatever the order and the signs of the latents', () => {
  const reference = run([0, 1], [1, 1], [1, 0, 0, 1], [2, 0, 0, -1])
  const same = run([1, 0], [-1, 1], [0, 1, 1, 0], [0, 2, 1, 0])
  const other = run([0, 1], [1, 1], [1, 1, 0, 0], [-2, 1, 0, 0])
  const recurrence = edgeRecurrence(reference, [same, other])
  expect([...recurrence.share.values].map((value) => Math.round(value * 3))).toEqual([3, 1, 0, 2])
  expect([...recurrence.sameSign.values].map((value) => Math.round(value * 6))).toEqual([4, 0, 0, 6])
  recurrence.stability.forEach((value) => expect(value).toBeCloseTo(1, 10))
})

test('needs a second run', () => {
  expect(() => edgeRecurrence(run([0, 1], [1, 1], [1, 0, 0, 1], [1, 0, 0, 1]), [])).toThrow(
    expect.objectContaining({ code: 'evaluation/fewRuns' }),
  )
})
