import { expect, test } from 'vitest'
import { assignRows } from './assignment'
import { columnCorrelations } from './correlation'
import { fastIca } from './fastIca'
import { multiply, zeroMatrix, type Matrix } from './matrix'
import { RandomStream } from './random'

const samples = 3000

function separate(data: Matrix, components: number, seed: number) {
  return fastIca(data, components, seed, () => Promise.resolve())
}

/** Three sources that are far from normal: uniform, sparse and skewed. */
function sources() {
  const random = new RandomStream(1, 'simulation')
  const values = Float64Array.from({ length: samples * 3 }, (_, at) => {
    const u = random.nextUniform()
    if (at % 3 === 0) return 2 * u - 1
    if (at % 3 === 1) return u < 0.05 ? 4 : 0
    return -Math.log(u)
  })
  return { rows: samples, columns: 3, values }
}

test('finds sources behind a mixture of more variables, and how they were mixed', async () => {
  const truth = sources()
  const weights = new RandomStream(2, 'simulation').fillNormal(new Float32Array(3 * 8))
  const data = multiply(truth, { rows: 3, columns: 8, values: weights })
  const found = await separate(data, 3, 0)
  const correlations = columnCorrelations(truth, found.sources, 'pearson')
  const match = assignRows({ ...correlations, values: correlations.values.map((value) => -Math.abs(value)) })
  match.forEach((column, row) =>
    expect(Math.abs(correlations.values[row * 3 + column])).toBeGreaterThan(0.99),
  )
  // Sources with a long right tail keep their direction.
  expect(correlations.values[3 + match[1]]).toBeGreaterThan(0.99)
  expect(correlations.values[6 + match[2]]).toBeGreaterThan(0.99)

  const rebuilt = multiply(found.sources, found.mixing)
  for (let variable = 0; variable < 8; variable++) {
    let mean = 0
    for (let row = 0; row < samples; row++) mean += data.values[row * 8 + variable] / samples
    expect(rebuilt.values[variable]).toBeCloseTo(data.values[variable] - mean, 6)
  }
})

test('gives no more components than the data have dimensions', async () => {
  const truth = sources()
  const found = await separate({ ...truth, columns: 3 }, 5, 0)
  expect(found.sources.columns).toBe(3)
  const repeated = zeroMatrix(samples, 4)
  for (let at = 0; at < repeated.values.length; at++)
    repeated.values[at] = truth.values[Math.floor(at / 4) * 3 + (at % 2)]
  expect((await separate(repeated, 4, 0)).sources.columns).toBe(2)
})

test('is the same every time', async () => {
  const truth = sources()
  expect(await separate(truth, 3, 7)).toEqual(await separate(truth, 3, 7))
})
