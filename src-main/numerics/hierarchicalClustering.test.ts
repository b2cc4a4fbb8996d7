import { describe, expect, test } from 'vitest'
import { clusteredOrder, euclideanDistances } from './hierarchicalClustering'
import { RandomStream } from './random'

describe('hierarchical clustering', () => {
  test('distances are Euclidean', () => {
    expect([...euclideanDistances([0, 0, 3, 4], 2, 2)]).toEqual([0, 5, 5, 0])
  })

  test('points on a line come out in their order, either way round', () => {
    const points = [7, 1, 4, 9, 3, 0]
    const order = clusteredOrder(euclideanDistances(points, points.length, 1), points.length)
    const sorted = order.map((leaf) => points[leaf])
    if (sorted[0] > sorted[5]) sorted.reverse()
    expect(sorted).toEqual([0, 1, 3, 4, 7, 9])
  })

  test('groups stay together', () => {
    const stream = new RandomStream(3, 'simulation')
    const group = Array.from({ length: 60 }, () => stream.nextInteger(4))
    const values = group.flatMap((centre) => [20 * centre + stream.nextUniform(), stream.nextUniform()])
    const order = clusteredOrder(euclideanDistances(values, 60, 2), 60)
    expect([...order].sort((a, b) => a - b)).toEqual(group.map((_, leaf) => leaf))
    const changes = order.filter((leaf, at) => at > 0 && group[leaf] !== group[order[at - 1]]).length
    expect(changes).toBe(new Set(group).size - 1)
  })

  test('equal leaves and single leaves are no trouble', () => {
    expect(clusteredOrder(new Float64Array(0), 0)).toEqual([])
    expect(clusteredOrder(new Float64Array(1), 1)).toEqual([0])
    expect(clusteredOrder(new Float64Array(16), 4).sort()).toEqual([0, 1, 2, 3])
  })

  test('average linkage: a pair that is on average nearer is joined before one that is nearer at one point', () => {
    // 0 and 1 first; then 2 to {0, 1} averages (2 + 10) / 2 = 6, 2 to 3 is 5.
    const distances = Float64Array.from([0, 1, 2, 20, 1, 0, 10, 20, 2, 10, 0, 5, 20, 20, 5, 0])
    const order = clusteredOrder(distances, 4)
    expect(Math.abs(order.indexOf(2) - order.indexOf(3))).toBe(1)
    expect(Math.abs(order.indexOf(0) - order.indexOf(1))).toBe(1)
  })
})
