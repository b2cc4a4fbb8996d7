import { join } from 'node:path'
import { screenRecipeSchema } from '@contract/recipe'
import { describe, expect, it } from 'vitest'
import { controlCell } from '../screen/screen'
import { importScreen } from './importScreen'
import { fixture, importingFolder, type Choices } from './importingFolder'

const example = join(import.meta.dirname, '../../resources/exampleScreen')

const { run, smallCounts, table, write } = importingFolder()

/** Element by element comparison in the test framework takes minutes for a million counts. */
function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  return bytes(a).equals(bytes(b))
}

const withTables: Choices = {
  counts: 'filtered_feature_bc_matrix',
  guides: 'protospacer_calls_per_cell.csv',
  guideTargets: 'guide_targets.csv',
}

describe('the example screen', () => {
  const imported = run(withTables, example)

  it('has the published cells, guides and targets', async () => {
    const { screen, report, cellsOf } = await imported
    expect(report).toMatchObject({
      genes: 299,
      controls: ['non-targeting'],
      barcodes: { inTable: 20_714, matched: 20_714 },
      cells: { inMatrix: 20_729, labelled: 20_714, unlabelled: 15, dropped: 0, control: 2289 },
    })
    const guidesOf = screen.guidesOfCell.map((guides) => guides.split('|').length)
    const tally = [1, 2, 3].map((count) => guidesOf.filter((guides) => guides === count).length)
    expect(tally).toEqual([19_716, 994, 4])
    expect(screen.perturbations.filter((name) => !name.includes('+'))).toHaveLength(25)
    // The source counts 956 "multiple" cells, among them those with a targeting and a non-targeting guide.
    const target = (guide: string) => (guide.startsWith('NT') ? 'NT' : guide.replace(/g\d+$/, ''))
    const beyondOne = screen.guidesOfCell.filter((guides) => new Set(guides.split('|').map(target)).size > 1)
    expect(beyondOne).toHaveLength(956)
    const besideControl = beyondOne.filter(
      (guides) =>
        new Set(
          guides
            .split('|')
            .map(target)
            .filter((name) => name !== 'NT'),
        ).size === 1,
    )
    expect(report.cells.severalTargets).toBe(956 - besideControl.length)
    expect(cellsOf.get('SPI1')).toBe(45)
    expect(cellsOf.get('STAT1')).toBe(408)
  }, 30_000)

  it('gives the same labels when the guides are called from the guide UMIs', async () => {
    const fromTable = await imported
    const called = await run({ ...withTables, guides: null }, example)
    expect(called.screen.perturbations).toEqual(fromTable.screen.perturbations)
    expect(sameBytes(called.screen.perturbationOfCell, fromTable.screen.perturbationOfCell)).toBe(true)
    expect(sameBytes(called.screen.counts.rowStarts, fromTable.screen.counts.rowStarts)).toBe(true)
    expect(sameBytes(called.screen.counts.geneIndices, fromTable.screen.counts.geneIndices)).toBe(true)
    expect(sameBytes(called.screen.counts.counts, fromTable.screen.counts.counts)).toBe(true)
    const strict = await run(
      { ...withTables, guides: null, guideCalling: { minimumUmis: 50, minimumShare: 0.9 } },
      example,
    )
    expect(strict.report.cells.severalTargets).toBe(0)
    expect(strict.report.cells.unlabelled).toBeGreaterThan(1000)
  }, 30_000)

  it('agrees with the labels in the h5ad, where multiple cells are named so and dropped', async () => {
    const { screen, report } = await run({
      counts: fixture('h5ad/papalexi2021_500_cells.h5ad'),
      perturbationColumn: 'target',
    })
    const { screen: fromTable } = await run({ ...withTables, multiple: 'drop' }, example)
    const nameOf = (one: typeof screen, cell: number) =>
      one.perturbationOfCell[cell] === controlCell
        ? 'control'
        : one.perturbations[one.perturbationOfCell[cell]]
    const expected = new Map(fromTable.barcodes.map((barcode, cell) => [barcode, nameOf(fromTable, cell)]))
    for (let cell = 0; cell < screen.barcodes.length; cell++) {
      expect(nameOf(screen, cell)).toBe(expected.get(screen.barcodes[cell]))
    }
    expect(report.cells.dropped).toBeGreaterThan(0)
    expect(report.findings.some((finding) => finding.message.includes('several guides without naming'))).toBe(
      true,
    )
    expect(Object.keys(screen.covariates)).toEqual(['bio_rep', 'guide_id', 'n_guides'])
    expect(screen.covariates.bio_rep).toMatchObject({ kind: 'text', levels: ['rep_1'] })
    expect(screen.guidesOfCell.every((guides) => guides === '')).toBe(true)
  }, 30_000)

  it('reports progress to the end and stops when aborted', async () => {
    const seen: number[] = []
    const controller = new AbortController()
    await importScreen(screenRecipeSchema.parse(withTables), {
      baseDirectory: example,
      onProgress: (fraction) => seen.push(fraction ?? -1),
    })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    controller.abort()
    await expect(
      importScreen(screenRecipeSchema.parse(withTables), {
        baseDirectory: example,
        signal: controller.signal,
      }),
    ).rejects.toThrow(/abort/i)
  }, 30_000)
})

describe('labels from other sources', () => {
  it('takes the counts from a layer and the labels from a column', async () => {
    const { report, cellsOf } = await run({
      counts: fixture('h5ad/mcfaline2023_lognorm_259_cells.h5ad'),
      perturbationColumn: 'perturbation',
    })
    expect(report.controls).toEqual(['control'])
    expect(cellsOf.size).toBe(10)
    expect(report.findings[0].message).toContain('taken from "layers/counts": X is not counts')
  })

  it('takes labels and covariates from a table of cell annotation, and groups guides by name', async () => {
    const { screen, report, cellsOf } = await run({
      counts: fixture('rExport'),
      guides: fixture('rExport/seurat_metadata.csv'),
      perturbationColumn: 'perturbation',
    })
    expect(cellsOf.size).toBe(21)
    expect(cellsOf.get('ZAP70')).toBeGreaterThan(0)
    expect(report.findings.map((finding) => finding.message).join()).toContain('ZAP70_1 targets ZAP70')
    expect(screen.covariates.perturbation_2).toMatchObject({
      kind: 'text',
      levels: ['stimulated', 'unstimulated'],
    })
    expect(screen.covariates.ncounts.kind).toBe('number')
  })

  it('matches a CSV with its R metadata', async () => {
    const { cellsOf } = await run({
      counts: fixture('delimited/papalexi2021_ifngr2_counts.csv'),
      guides: fixture('delimited/papalexi2021_ifngr2_metadata.csv'),
    })
    expect([...cellsOf]).toEqual([
      ['control', 30],
      ['IFNGR2', 30],
    ])
  })

  it('reads two columns without header, several rows for a cell, and other suffixes', async () => {
    const guides = await table(
      'AAACCTGAGAAACCAT,STAT1_1\nAAACCTGAGAAACCAT,JAK2_2\nAAACCTGAGAAACCGC,NTC_1\nAAACCTGAGAAACCTA,JAK2_1\n',
    )
    const { screen, report } = await run({ counts: await smallCounts(), guides })
    expect(screen.perturbations).toEqual(['JAK2', 'JAK2+STAT1'])
    expect(Array.from(screen.perturbationOfCell)).toEqual([1, controlCell, 0])
    expect(screen.guidesOfCell[0]).toBe('STAT1_1|JAK2_2')
    expect(report.barcodes?.rule).toContain('"-1"')
  })

  it('reads wide tables of 0/1 and of UMIs', async () => {
    const header = 'barcode,STAT1g1,JAK2g1,NTg1\n'
    const flags = await table(
      `${header}AAACCTGAGAAACCAT-1,1,1,0\nAAACCTGAGAAACCGC-1,0,0,1\nAAACCTGAGAAACCTA-1,0,0,0\n`,
    )
    const counts = await smallCounts()
    const binary = await run({ counts, guides: flags })
    expect(binary.screen.perturbations).toEqual(['JAK2+STAT1'])
    expect(binary.report.cells).toMatchObject({ unlabelled: 1, control: 1 })
    const umis = await table(
      `${header}AAACCTGAGAAACCAT-1,40,5,0\nAAACCTGAGAAACCGC-1,1,0,60\nAAACCTGAGAAACCTA-1,3,0,0\n`,
    )
    const called = await run({ counts, guides: umis })
    expect(called.screen.perturbations).toEqual(['STAT1'])
    expect(called.report.cells).toMatchObject({ unlabelled: 1, control: 1 })
  })

  it('runs without controls when that is chosen, and with named ones', async () => {
    const guides = await table(
      'barcode,target\nAAACCTGAGAAACCAT-1,STAT1\nAAACCTGAGAAACCGC-1,wild\nAAACCTGAGAAACCTA-1,JAK2\n',
    )
    const counts = await smallCounts()
    const without = await run({ counts, guides, controls: [] })
    expect(without.screen.perturbations).toEqual(['JAK2', 'STAT1', 'wild'])
    expect(without.report.controls).toEqual([])
    const named = await run({ counts, guides, controls: ['Wild'] })
    expect(named.screen.perturbations).toEqual(['JAK2', 'STAT1'])
    expect(named.report.cells.control).toBe(1)
  })

  it('makes repeated genes unique and says so', async () => {
    await write(
      'counts.csv',
      'barcode,STAT1,STAT1,JAK2\nAAACCTGAGAAACCAT-1,3,1,0\nAAACCTGAGAAACCGC-1,0,2,5\n',
    )
    const guides = await table('barcode,target\nAAACCTGAGAAACCAT-1,STAT1\nAAACCTGAGAAACCGC-1,NT\n')
    const { screen, report } = await run({ counts: 'counts.csv', guides })
    expect(screen.genes.ids).toEqual(['STAT1', 'STAT1-1', 'JAK2'])
    expect(screen.genes.symbols).toEqual(['STAT1', 'STAT1', 'JAK2'])
    expect(
      report.findings.some((finding) => finding.message.includes('1 gene id more than once (STAT1)')),
    ).toBe(true)
  })
})

it('calls guides by id where the guide-to-target table uses the ids', async () => {
  await write('barcodes.tsv', 'AAACCTGAGAAACCAT-1\nAAACCTGAGAAACCGC-1\n')
  await write(
    'features.tsv',
    'ENSG1\tSTAT1\tGene Expression\nABX\tCD3\tAntibody Capture\ng1\tJAK2-1\tCRISPR Guide Capture\ng2\tNT-1\tCRISPR Guide Capture\n',
  )
  await write(
    'matrix.mtx',
    '%%MatrixMarket matrix coordinate integer general\n4 2 5\n1 1 3\n2 1 70000\n3 1 9\n1 2 4\n4 2 8\n',
  )
  const byName = await run({ counts: '.' })
  expect(byName.screen.perturbations).toEqual(['JAK2'])
  expect(byName.screen.guidesOfCell).toEqual(['JAK2-1', 'NT-1'])
  expect(byName.report).toMatchObject({ genes: 1, nonZero: 2, controls: ['NT'] })
  expect(byName.report.findings[0].message).toBe(
    'Features of other types were set aside: 1 of Antibody Capture.',
  )
  await write('targets.csv', 'guide_id,target\ng1,JAK2\ng2,non-targeting\n')
  const byId = await run({ counts: '.', guideTargets: 'targets.csv' })
  expect(byId.screen.guidesOfCell).toEqual(['g1', 'g2'])
  expect(byId.report.controls).toEqual(['non-targeting'])
})
