import { describe, expect, test } from 'vitest'
import { sandboxRecipeSchema, type SandboxRecipe } from '@contract/simulation'
import { explainedVariance } from '../numerics/explainedVariance'
import { drawDesign } from './design'
import { simulateSandbox } from './sandbox'

const recipe = (changes: Partial<SandboxRecipe> = {}): SandboxRecipe => ({
  ...sandboxRecipeSchema.parse({ kind: 'sandbox' }),
  perturbations: 10,
  cellsPerPerturbation: 30,
  genes: 60,
  latents: 5,
  ...changes,
})

const sumOf = (values: ArrayLike<number>) => Float64Array.from(values).reduce((sum, value) => sum + value, 0)

describe('the design', () => {
  test('every perturbation has one to three targets, different ones in the form of the paper', () => {
    const counts = (form: 'code' | 'paper') => {
      const { edges } = drawDesign(recipe({ perturbations: 400, form }))
      return Array.from({ length: 400 }, (_, row) =>
        edges.subarray(row * 5, row * 5 + 5).reduce((a, b) => a + b, 0),
      )
    }
    const share = (values: number[], wanted: number) =>
      values.filter((value) => value === wanted).length / 400
    // Without replacement a third each; with replacement 1/3 + 1/3·1/5 + 1/3·1/25 have one target.
    for (const wanted of [1, 2, 3])
      expect(Math.abs(share(counts('paper'), wanted) - 1 / 3)).toBeLessThan(0.12)
    expect(Math.abs(share(counts('code'), 1) - (1 + 1 / 5 + 1 / 25) / 3)).toBeLessThan(0.12)
    expect(Math.min(...counts('code'))).toBe(1)
  })

  test('shifts lie about ± e where there are edges and nowhere else', () => {
    const { shifts, edges } = drawDesign(recipe({ perturbations: 400 }))
    const sizes = Array.from(shifts).filter((_, at) => edges[at] === 1)
    expect(shifts.every((shift, at) => (edges[at] === 1) === (shift !== 0))).toBe(true)
    expect(Math.abs(sizes.reduce((sum, size) => sum + Math.abs(size), 0) / sizes.length - 5)).toBeLessThan(
      0.1,
    )
    expect(Math.abs(sizes.filter((size) => size > 0).length / sizes.length - 0.5)).toBeLessThan(0.1)
  })

  test('the last perturbations are held out, with an effect and a density of their own', () => {
    const { shifts, edges, heldOut } = drawDesign(
      recipe({ perturbations: 100, density: 0.2, heldOutDensity: 0.6, heldOutEffect: 20 }),
    )
    expect(heldOut.indexOf(true)).toBe(80)
    expect(heldOut.filter(Boolean)).toHaveLength(20)
    expect(edges.subarray(0, 400).reduce((a, b) => a + b, 0)).toBe(80)
    expect(edges.subarray(400).reduce((a, b) => a + b, 0)).toBe(60)
    expect(Math.max(...shifts.subarray(0, 400).map(Math.abs))).toBeLessThan(10)
    expect(
      Math.min(
        ...shifts
          .subarray(400)
          .filter((shift) => shift !== 0)
          .map(Math.abs),
      ),
    ).toBeGreaterThan(15)
  })
})

describe('the screen', () => {
  test('in the form of the code each gene has the library over all cells', async () => {
    const screen = await simulateSandbox(recipe({ library: 3e5, controlCells: 20 }))
    expect(screen.counts).toMatchObject({ cells: 320, genes: 60 })
    expect([...screen.perturbationOfCell.subarray(18, 23)]).toEqual([-1, -1, 0, 0, 0])
    expect(screen.perturbations.slice(0, 2)).toEqual(['P01', 'P02'])
    const perGene = new Float64Array(60)
    screen.counts.geneIndices.forEach((gene, entry) => (perGene[gene] += screen.counts.counts[entry]))
    for (const total of perGene) expect(Math.abs(total - 3e5)).toBeLessThan(5 * Math.sqrt(3e5))
    const expected = screen.truth.libraryOfCell.reduce((sum, value) => sum + value, 0)
    expect(expected).toBeCloseTo(60 * 3e5, 3)
  })

  test('in the form of the paper each cell has the library', async () => {
    const screen = await simulateSandbox(recipe({ form: 'paper', library: 2000 }))
    screen.truth.libraryOfCell.forEach((value) => expect(value).toBeCloseTo(2000, 8))
    const { rowStarts, counts } = screen.counts
    const totals = Array.from({ length: 300 }, (_, cell) =>
      sumOf(counts.subarray(rowStarts[cell], rowStarts[cell + 1])),
    )
    for (const total of totals) expect(Math.abs(total - 2000)).toBeLessThan(5 * Math.sqrt(2000))
  })

  test('latents lie about the shifts of the perturbation, with variance one', async () => {
    const { truth, perturbationOfCell } = await simulateSandbox(recipe({ cellsPerPerturbation: 200 }))
    let squares = 0
    truth.latentsOfCell.forEach((value, at) => {
      const shift = truth.shifts[perturbationOfCell[Math.floor(at / 5)] * 5 + (at % 5)]
      squares += (value - shift) ** 2
    })
    expect(Math.abs(squares / truth.latentsOfCell.length - 1)).toBeLessThan(0.1)
  })

  test('the counts tell the latents', async () => {
    const { counts, truth } = await simulateSandbox(recipe({ library: 1e6 }))
    const values = new Float64Array(counts.cells * counts.genes)
    for (let cell = 0; cell < counts.cells; cell++) {
      for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
        values[cell * counts.genes + counts.geneIndices[entry]] = Math.log1p(counts.counts[entry])
      }
    }
    const shares = explainedVariance(
      { rows: counts.cells, columns: 5, values: truth.latentsOfCell },
      { rows: counts.cells, columns: counts.genes, values },
    )
    for (const share of shares) expect(share).toBeGreaterThan(0.9)
  })

  test('a negative binomial is wider than Poisson, with equal expectations', async () => {
    const spread = async (inverseDispersion: number | null) => {
      const { counts } = await simulateSandbox(recipe({ inverseDispersion, library: 1e5 }))
      return sumOf(Float64Array.from(counts.counts, (count) => count * count)) / counts.counts.length
    }
    expect(await spread(0.5)).toBeGreaterThan(1.5 * (await spread(null)))
  })

  test('equal recipes give equal screens; another seed another one', async () => {
    const first = await simulateSandbox(recipe())
    expect(await simulateSandbox(recipe())).toEqual(first)
    expect((await simulateSandbox(recipe({ seed: 1 }))).truth.shifts).not.toEqual(first.truth.shifts)
  })

  test('refuses more latents than genes, more targets than latents, and what memory cannot hold', async () => {
    await expect(simulateSandbox(recipe({ genes: 4 }))).rejects.toMatchObject({ code: 'simulation/fewGenes' })
    await expect(simulateSandbox(recipe({ targets: { minimum: 6, maximum: 7 } }))).rejects.toMatchObject({
      code: 'simulation/targets',
    })
    await expect(simulateSandbox(recipe({ cellsPerPerturbation: 1e9 }))).rejects.toMatchObject({
      code: 'simulation/tooLarge',
    })
  })

  test('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(simulateSandbox(recipe(), { signal })).rejects.toThrow('enough')
  })
})
