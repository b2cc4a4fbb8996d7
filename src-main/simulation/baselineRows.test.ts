import { beforeAll, describe, expect, test } from 'vitest'
import { baselineNames, baselineParts, type BaselineRow } from '@contract/baselines'
import type { SplitName } from '@contract/reports'
import { sandboxRecipeSchema, semiSyntheticRecipeSchema } from '@contract/simulation'
import { baselineRows } from '../evaluation/baselineRows'
import { controlCell, type PreparedScreen } from '../screen/screen'
import { simulateSandbox, type SimulatedScreen } from './sandbox'
import { simulateFromCells } from './semiSynthetic'

/** The simple rows as they stand beside runs, on a small screen whose programmes are known. */

const options = { components: 3, compareWithin: ['half'] }

/** Every tenth cell for validation; the cells of held-out perturbations are the test split. */
function prepared(screen: SimulatedScreen, heldOut: readonly boolean[]): PreparedScreen {
  const splitOfCell = Array.from(screen.perturbationOfCell, (perturbation, cell): SplitName => {
    if (perturbation !== controlCell && heldOut[perturbation]) return 'test'
    return cell % 10 === 9 ? 'validation' : 'train'
  })
  return { ...screen, heldOut, splitOfCell }
}

function missingParts({ missing }: BaselineRow): string[] {
  return missing.map(({ part }) => part).sort()
}

describe('simple rows of a semi-synthetic screen', () => {
  let simulated: SimulatedScreen
  beforeAll(async () => {
    const cells = await simulateSandbox(
      sandboxRecipeSchema.parse({
        kind: 'sandbox',
        perturbations: 1,
        cellsPerPerturbation: 1500,
        genes: 240,
        latents: 2,
        form: 'paper',
        effect: 0.1,
        library: 2000,
      }),
    )
    const half = {
      kind: 'text',
      levels: ['a', 'b'],
      codes: Int32Array.from({ length: 1500 }, (_, i) => i % 2),
    } as const
    const recipe = semiSyntheticRecipeSchema.parse({
      kind: 'semi-synthetic',
      from: 'sandbox',
      perturbations: 10,
      withoutEffect: 1,
      combinations: 0,
      programmes: 3,
      genesPerProgramme: { minimum: 12, maximum: 16 },
      programmeGenes: 'random',
      countShare: 1,
      effect: { minimum: 1, maximum: 1.4 },
    })
    simulated = await simulateFromCells({ ...cells, covariates: { half } }, recipe)
  }, 60_000)
  const names = () => simulated.perturbations
  const lastTwo = () => names().map((_, index) => index >= names().length - 2)

  test('every row has its parts, or says why not', async () => {
    const { rows, ica } = await baselineRows(prepared(simulated, lastTwo()), options)
    expect(rows.map(({ baseline }) => baseline)).toEqual([...baselineNames])
    for (const row of rows) {
      expect(missingParts(row)).toEqual(baselineParts.filter((part) => row[part] === null).toSorted())
    }
    const [control, mean, linear, components] = rows
    for (const { transfer } of [control, mean, linear]) {
      expect(transfer?.perturbations.map(({ name }) => name)).toEqual(names().slice(-2).toSorted())
    }
    expect(mean.transfer?.mean.after.value).toBeLessThan(control.transfer?.mean.after.value ?? 0)
    expect(components.edges).toEqual({
      found: ica?.graph.edges.subarray(0, 8 * 3).reduce((sum, edge) => sum + edge, 0),
      possible: 8 * 3,
    })
    expect(components.graph?.scores.f1).toBeGreaterThan(0.7)
    // By chance about one in seventeen.
    expect(components.geneLists?.mean).toBeGreaterThan(0.5)
    for (const { similarPairs } of [mean, components]) {
      const guessing = (similarPairs?.similar ?? 0) / (similarPairs?.pairs ?? 1)
      expect(similarPairs?.pairs).toBe((8 * 7) / 2)
      expect(similarPairs?.fromObservedShifts).toBeGreaterThan(2 * guessing)
    }
  })

  test('validation cells are not used', async () => {
    const screen = prepared(simulated, lastTwo())
    const relabelled = screen.perturbationOfCell.map((perturbation, cell) =>
      screen.splitOfCell[cell] === 'validation' ? 0 : perturbation,
    )
    const { rows, ica } = await baselineRows({ ...screen, perturbationOfCell: relabelled }, options)
    const expected = await baselineRows(screen, options)
    expect(rows).toEqual(expected.rows)
    expect(ica?.shifts).toEqual(expected.ica?.shifts)
  })

  test('a real screen, without held-out perturbations and control cells', async () => {
    const { truth, ...real } = prepared(
      simulated,
      names().map(() => false),
    )
    expect(truth).toBeDefined()
    const perturbationOfCell = real.perturbationOfCell.map((index) => Math.max(0, index))
    const { rows, ica } = await baselineRows({ ...real, perturbationOfCell }, options)
    expect(ica).toBeNull()
    for (const row of rows) expect(missingParts(row)).toEqual([...baselineParts].sort())
    expect(rows[0].missing[0]).toEqual({ part: 'transfer', reason: 'No perturbation was held out.' })
    const icaReasons = rows[3].missing.map(({ reason }) => reason)
    expect(icaReasons.some((reason) => reason.includes('control cells'))).toBe(true)
  })

  test('a screen with one trained perturbation', async () => {
    const { rows, ica } = await baselineRows(
      prepared(
        simulated,
        names().map((_, index) => index > 0),
      ),
      options,
    )
    const [control, mean, linear, components] = rows
    expect(ica).toBeNull()
    expect(control.transfer).not.toBeNull()
    expect(mean.transfer).not.toBeNull()
    expect(mean.missing.find(({ part }) => part === 'similarPairs')?.reason).toContain('similar')
    for (const [row, part] of [
      [linear, 'transfer'],
      [components, 'edges'],
    ] as const) {
      expect(row[part]).toBeNull()
      expect(row.missing.find((entry) => entry.part === part)?.reason).toContain('One perturbation')
    }
  })
})
