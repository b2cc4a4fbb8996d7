import { beforeAll, describe, expect, test } from 'vitest'
import { sandboxRecipeSchema, semiSyntheticRecipeSchema } from '@contract/simulation'
import { matchLatents, meanCorrelation } from '../evaluation/disentanglement'
import { graphScores } from '../evaluation/graphScores'
import { icaBaseline, icaDefaults } from '../evaluation/icaBaseline'
import { fitMeanBaseline, negativeLogLikelihood, type MeanBaselineKind } from '../evaluation/meanBaselines'
import { simulateSandbox, type SimulatedScreen } from './sandbox'
import { simulateFromCells } from './semiSynthetic'

/** The simple rows are tested where their truth can be known. */

const rowsOf = (screen: SimulatedScreen) => Uint32Array.from(screen.perturbationOfCell.keys())

describe('independent components of the effects', () => {
  let screen: SimulatedScreen
  beforeAll(async () => {
    const cells = await simulateSandbox(
      sandboxRecipeSchema.parse({
        kind: 'sandbox',
        perturbations: 1,
        cellsPerPerturbation: 2400,
        genes: 400,
        latents: 2,
        form: 'paper',
        effect: 0.1,
        library: 2000,
      }),
    )
    const recipe = semiSyntheticRecipeSchema.parse({
      kind: 'semi-synthetic',
      from: 'sandbox',
      perturbations: 14,
      withoutEffect: 2,
      combinations: 2,
      programmes: 4,
      genesPerProgramme: { minimum: 15, maximum: 20 },
      programmeGenes: 'random',
      countShare: 1,
      effect: { minimum: 0.8, maximum: 1.2 },
    })
    const halves = {
      kind: 'text',
      levels: ['a', 'b'],
      codes: Int32Array.from({ length: 2400 }, (_, i) => i % 2),
    } as const
    screen = await simulateFromCells({ ...cells, covariates: { half: halves } }, recipe)
  }, 60_000)

  test('finds programmes, edges and genes', async () => {
    const { truth, perturbations } = screen
    const row = await icaBaseline(screen, {
      ...icaDefaults,
      components: 4,
      covariates: ['half'],
      permutations: 50,
    })
    const matching = matchLatents(
      { rows: perturbations.length, columns: 4, values: truth.shifts },
      row.shifts,
    )
    expect(meanCorrelation(matching)).toBeGreaterThan(0.8)
    const edges = { perturbations: perturbations.length, latents: 4, edges: truth.edges }
    expect(graphScores(edges, row.graph, matching.estimateOf).f1).toBeGreaterThan(0.85)
    const members = truth.programmes ?? new Float32Array()
    const found = Array.from(matching.estimateOf, (component, programme) => {
      const score = (gene: number) => Math.abs(row.geneScores.values[gene * 4 + component])
      const top = Array.from({ length: 400 }, (_, gene) => gene)
        .sort((a, b) => score(b) - score(a))
        .slice(0, 10)
      return top.filter((gene) => members[gene * 4 + programme] === 1).length
    })
    // Of 40; by chance fewer than two.
    expect(found.reduce((sum, genes) => sum + genes, 0)).toBeGreaterThan(20)
  })

  // With a false discovery rate of 0.05 a screen without effects has any edge at all in at most one case of twenty, and
  // with fixed seeds this is one of the others. Components that were tested in the cells they were found in would fit
  // their noise.
  test('finds nothing where labels mean nothing', async () => {
    const shuffled = { ...screen, perturbationOfCell: screen.perturbationOfCell.toReversed() }
    const row = await icaBaseline(shuffled, {
      ...icaDefaults,
      components: 4,
      permutations: 50,
      effectFloor: 0,
    })
    expect(row.graph.edges.reduce((sum, edge) => sum + edge, 0)).toBe(0)
  })

  test('needs controls, two perturbations and covariates that exist', async () => {
    const without = {
      ...screen,
      perturbationOfCell: screen.perturbationOfCell.map((index) => Math.max(0, index)),
    }
    await expect(icaBaseline(without)).rejects.toMatchObject({ code: 'evaluation/noControls' })
    await expect(icaBaseline(screen, { ...icaDefaults, trained: Uint32Array.of(1) })).rejects.toMatchObject({
      code: 'evaluation/fewPerturbations',
    })
    await expect(icaBaseline(screen, { ...icaDefaults, covariates: ['batch'] })).rejects.toMatchObject({
      code: 'recipe/unknownColumn',
    })
  })
})

describe('rows of mean expression', () => {
  test('each is better than the one that knows less, and none than the expected counts', async () => {
    const screen = await simulateSandbox(
      sandboxRecipeSchema.parse({
        kind: 'sandbox',
        perturbations: 12,
        cellsPerPerturbation: 40,
        controlCells: 80,
        genes: 60,
        latents: 3,
        library: 5000,
      }),
    )
    const all = rowsOf(screen)
    const held = (cell: number) => screen.truth.heldOut[screen.perturbationOfCell[cell]]
    const training = all.filter((cell) => !held(cell))
    const heldOut = all.filter(held)
    const score = async (kind: MeanBaselineKind, fitCells: Uint32Array) => {
      const row = await fitMeanBaseline(kind, screen, training, fitCells, 3)
      const values = await negativeLogLikelihood(row, screen, heldOut)
      expect(values).toHaveLength(heldOut.length)
      expect(row.frequenciesOf(11).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10)
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }
    const control = await score('control mean', all)
    const linear = await score('linear', all)
    const mean = await score('perturbation mean', all)
    expect(linear).toBeLessThan(control - 1)
    expect(mean).toBeLessThan(linear)
    // A held-out perturbation whose cells may not be used is predicted as control.
    const blind = await fitMeanBaseline('perturbation mean', screen, training, training, 3)
    expect(blind.frequenciesOf(11)).toEqual(blind.frequenciesOf(-1))
  })
})
