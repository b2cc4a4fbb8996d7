import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { qualityRecipeSchema, screenRecipeSchema, splitRecipeSchema } from '@contract/recipe'
import { measureEffects } from '../screen/effectSizes'
import { prepareScreen } from '../screen/prepareScreen'
import { readGeneSets } from './geneSets'
import { importScreen } from './importScreen'
import { readPreparedScreen, writeScreen } from './screenFile'

const folder = resolve(import.meta.dirname, '../../resources/exampleScreen')
/** The receptor, the kinase and the transcription factor of the interferon-γ response (Papalexi et al. 2021). */
const interferonGamma = ['IFNGR1', 'IFNGR2', 'JAK2', 'STAT1']

describe('the bundled screen', () => {
  it('is prepared with its strongest perturbations or a pathway held out, written and read back', async () => {
    const { screen } = await importScreen(
      screenRecipeSchema.parse({
        counts: 'filtered_feature_bc_matrix',
        guides: 'protospacer_calls_per_cell.csv',
        guideTargets: 'guide_targets.csv',
        multiple: 'drop',
      }),
      { baseDirectory: folder },
    )
    const quality = qualityRecipeSchema.parse({ variableGenes: 200 })
    const split = splitRecipeSchema.parse({})

    const effects = await measureEffects(screen, quality)
    expect(effects).toHaveLength(25)
    expect(
      effects
        .slice(0, 4)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(interferonGamma)

    const strongest = await prepareScreen(screen, {
      quality,
      holdOut: { rule: 'strongest', count: 4 },
      split,
      effects,
    })
    const heldOut = strongest.report.perturbations.filter((row) => row.heldOut)
    expect(heldOut.map(({ name }) => name).sort()).toEqual(interferonGamma)
    expect(strongest.report.cells.test).toBe(heldOut.reduce((sum, { cells }) => sum + cells, 0))
    expect(strongest.screen.genes.symbols).toEqual(expect.arrayContaining(strongest.report.genes.targets))
    expect(strongest.report.genes.targets).toContain('JAK2')

    const sets = await readGeneSets(join(folder, 'h.all.v7.0.symbols.gmt'))
    const response = sets.find(({ name }) => name === 'HALLMARK_INTERFERON_GAMMA_RESPONSE')
    const pathway = await prepareScreen(screen, {
      quality,
      holdOut: {
        rule: 'pathway',
        file: 'h.all.v7.0.symbols.gmt',
        name: 'HALLMARK_INTERFERON_GAMMA_RESPONSE',
      },
      split,
      pathwayGenes: response?.genes,
    })
    const inPathway = pathway.report.perturbations.filter((row) => row.heldOut).map(({ name }) => name)
    expect(inPathway).toEqual(expect.arrayContaining(['JAK2', 'STAT1', 'STAT2', 'STAT3', 'IRF1', 'IRF7']))
    expect(inPathway).not.toContain('SMAD4')

    const directory = await mkdtemp(join(tmpdir(), 'shiftscope-example-'))
    try {
      const path = join(directory, 'screen.h5ad')
      await writeScreen(path, strongest.screen)
      const read = await readPreparedScreen(path)
      const { counts } = strongest.screen
      expect(Buffer.from(read.counts.counts.buffer).equals(Buffer.from(counts.counts.buffer))).toBe(true)
      expect(read.splitOfCell).toEqual(strongest.screen.splitOfCell)
      expect(read.barcodes).toEqual(strongest.screen.barcodes)
      expect(read.heldOut).toEqual(strongest.screen.heldOut)
    } finally {
      await rm(directory, { recursive: true })
    }
  }, 60_000)
})
