import { describe, expect, test } from 'vitest'
import { semiSyntheticRecipeSchema, type SemiSyntheticRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import { drawPoisson } from '../numerics/sampling'
import { CountMatrixBuilder } from '../screen/countMatrixBuilder'
import { controlCell } from '../screen/screen'
import { simulationReport } from './report'
import { simulateFromCells, type ControlCells } from './semiSynthetic'
import { drawSemiSyntheticDesign } from './semiSyntheticDesign'

const groups = 5
const genesInGroup = 12

/** Cells in which each group of genes goes up and down together. */
function controlCells(cells: number): ControlCells {
  const genes = groups * genesInGroup
  const builder = new CountMatrixBuilder(cells, genes, cells * genes)
  for (let cell = 0; cell < cells; cell++) {
    const random = new RandomStream(9, 'simulation', 0, cell)
    const activities = Array.from({ length: groups }, () => 4 * 2 ** (2 * random.nextUniform()))
    for (let gene = 0; gene < genes; gene++) {
      builder.add(gene, drawPoisson(random, activities[Math.floor(gene / genesInGroup)]))
    }
    builder.endCell()
  }
  const names = Array.from({ length: genes }, (_, gene) => `G${gene}`)
  return {
    counts: builder.finish(),
    genes: { ids: names, symbols: names },
    barcodes: Array.from({ length: cells }, (_, cell) => `C${cell}`),
    covariates: {
      depth: { kind: 'number', values: Float64Array.from({ length: cells }, (_, cell) => cell) },
    },
  }
}

const recipe = (changes: Partial<SemiSyntheticRecipe> = {}): SemiSyntheticRecipe => ({
  ...semiSyntheticRecipeSchema.parse({ kind: 'semi-synthetic', from: 'cells.h5ad' }),
  perturbations: 9,
  withoutEffect: 1,
  combinations: 2,
  programmes: 4,
  countShare: 1,
  genesPerProgramme: { minimum: 10, maximum: 12 },
  ...changes,
})

describe('the design', () => {
  const full = semiSyntheticRecipeSchema.parse({ kind: 'semi-synthetic', from: 'cells.h5ad' })
  const { perturbations, shifts, edges } = drawSemiSyntheticDesign(full)
  const rowOf = (name: string) => {
    const row = perturbations.indexOf(name)
    return Array.from(shifts.subarray(row * 10, row * 10 + 10))
  }

  test('has perturbations of one to three programmes, idle ones and combinations', () => {
    expect(perturbations).toHaveLength(44)
    expect(perturbations).toEqual(perturbations.toSorted())
    const combinations = perturbations.filter((name) => name.includes('+'))
    expect(combinations).toHaveLength(6)
    const targets = perturbations
      .filter((name) => !name.includes('+'))
      .map((name) => rowOf(name).filter((shift) => shift !== 0).length)
    expect(targets.filter((count) => count === 0)).toHaveLength(4)
    expect(new Set(targets)).toEqual(new Set([0, 1, 2, 3]))
    edges.forEach((edge, at) => expect(edge === 1).toBe(shifts[at] !== 0))
  })

  test('shifts are of the size that was asked for, up and down', () => {
    const sizes = Array.from(shifts).filter((shift) => shift !== 0)
    for (const size of sizes) {
      expect(Math.abs(size)).toBeGreaterThanOrEqual(0.5)
      expect(Math.abs(size)).toBeLessThanOrEqual(1)
    }
    expect(sizes.some((size) => size > 0) && sizes.some((size) => size < 0)).toBe(true)
    const down = drawSemiSyntheticDesign({ ...full, direction: 'down' }).shifts
    expect(down.every((shift) => shift <= 0)).toBe(true)
  })

  test('combinations are the sum of their parts', () => {
    for (const name of perturbations.filter((candidate) => candidate.includes('+'))) {
      const [a, b] = name.split('+').map(rowOf)
      expect(rowOf(name)).toEqual(a.map((shift, programme) => Math.fround(shift + b[programme])))
    }
  })

  test('refuses more combinations than pairs and more targets than programmes', () => {
    expect(() => drawSemiSyntheticDesign(recipe({ perturbations: 4, combinations: 2 }))).toThrow(
      expect.objectContaining({ code: 'simulation/combinations' }),
    )
    expect(() =>
      drawSemiSyntheticDesign(recipe({ programmesPerPerturbation: { minimum: 5, maximum: 6 } })),
    ).toThrow(expect.objectContaining({ code: 'simulation/targets' }))
  })
})

describe('the screen', () => {
  const source = controlCells(1200)

  test('shifts programmes by the log2 units that the truth names, and nothing else', async () => {
    const screen = await simulateFromCells(source, recipe())
    const { counts, truth, perturbations, perturbationOfCell } = screen
    const programmes = truth.latents.length
    const { programmes: members } = truth
    if (!members) throw new Error('a semi-synthetic screen has programmes')
    const sums = (perturbation: number, programme: number) => {
      let total = 0
      let cells = 0
      perturbationOfCell.forEach((of, cell) => {
        if (of !== perturbation) return
        cells += 1
        for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
          if (members[counts.geneIndices[entry] * programmes + programme] === 1) total += counts.counts[entry]
        }
      })
      return { mean: total / cells, cells }
    }
    perturbations.forEach((_, perturbation) => {
      for (let programme = 0; programme < programmes; programme++) {
        const found = Math.log2(sums(perturbation, programme).mean / sums(controlCell, programme).mean)
        // The activity of a programme varies by about 40 % between cells.
        const error = (0.4 * Math.LOG2E) / Math.sqrt(sums(perturbation, programme).cells)
        expect(Math.abs(found - truth.shifts[perturbation * programmes + programme])).toBeLessThan(5 * error)
      }
    })
    const inNone = (gene: number) =>
      members.subarray(gene * programmes, (gene + 1) * programmes).every((m) => m === 0)
    screen.barcodes.forEach((barcode, cell) => {
      const real = Number(barcode.slice(1))
      const others = (matrix: typeof counts, row: number) =>
        Array.from(matrix.geneIndices.subarray(matrix.rowStarts[row], matrix.rowStarts[row + 1]))
          .map((gene, i) => [gene, matrix.counts[matrix.rowStarts[row] + i]])
          .filter(([gene]) => inNone(gene))
      expect(others(counts, cell)).toEqual(others(source.counts, real))
    })
  })

  test('uses every cell once, a quarter of them as control, and keeps their annotation', async () => {
    const screen = await simulateFromCells(source, recipe({ heldOutShare: 0.2 }))
    expect(new Set(screen.barcodes).size).toBe(1200)
    const report = simulationReport(screen, source.counts)
    expect(report).toMatchObject({ cells: 1200, controlCells: 300, genes: 60, perturbations: 9, latents: 4 })
    expect(report.heldOut).toEqual(screen.perturbations.slice(-2))
    expect(report.medianCounts).toBeLessThan(report.real?.medianCounts ?? 0)
    const { depth } = screen.covariates
    if (depth.kind !== 'number') throw new Error('depth is a number')
    screen.barcodes.forEach((barcode, cell) => expect(`C${depth.values[cell]}`).toBe(barcode))
    screen.perturbationOfCell.forEach((perturbation, cell) => {
      const z = screen.truth.latentsOfCell.subarray(cell * 4, cell * 4 + 4)
      const shifts = screen.truth.shifts.subarray(perturbation * 4, perturbation * 4 + 4)
      expect([...z]).toEqual(perturbation === controlCell ? [0, 0, 0, 0] : [...shifts])
    })
  })

  test('programmes are disjoint and of genes that vary together', async () => {
    const { truth } = await simulateFromCells(source, recipe())
    const members = truth.programmes ?? new Float32Array()
    for (let gene = 0; gene < 60; gene++) {
      expect(members.subarray(gene * 4, gene * 4 + 4).reduce((sum, m) => sum + m, 0)).toBeLessThanOrEqual(1)
    }
    const groupsOf = (programme: number) =>
      Array.from({ length: 60 }, (_, gene) => gene)
        .filter((gene) => members[gene * 4 + programme] === 1)
        .map((gene) => Math.floor(gene / genesInGroup))
    // The first programme finds its whole group free.
    expect(new Set(groupsOf(0)).size).toBe(1)
    expect(groupsOf(0).length).toBeGreaterThanOrEqual(10)
  })

  test('cells of each perturbation can be asked for', async () => {
    const screen = await simulateFromCells(source, recipe({ cellsPerPerturbation: 20, controlShare: 0.5 }))
    expect(simulationReport(screen, null)).toMatchObject({ cells: 360, controlCells: 180, real: null })
  })

  test('equal recipes give equal screens', async () => {
    const first = await simulateFromCells(source, recipe())
    expect(await simulateFromCells(source, recipe())).toEqual(first)
    const other = await simulateFromCells(source, recipe({ seed: 1 }))
    expect(other.truth.shifts).not.toEqual(first.truth.shifts)
  })

  test('refuses when cells or genes do not suffice', async () => {
    await expect(simulateFromCells(source, recipe({ cellsPerPerturbation: 200 }))).rejects.toMatchObject({
      code: 'simulation/fewCells',
    })
    await expect(simulateFromCells(source, recipe({ programmes: 6 }))).rejects.toMatchObject({
      code: 'simulation/fewExpressedGenes',
    })
  })
})
