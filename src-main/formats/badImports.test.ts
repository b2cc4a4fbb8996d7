import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { fixture, importingFolder } from './importingFolder'

const { run, smallCounts, table, path, write } = importingFolder()

describe('bad input', () => {
  it('says that no barcode matches, with examples of both sides', async () => {
    const guides = await table('barcode,guide\nTTTTTTTTTTTTTTTT-1,STAT1_1\nGGGGGGGGGGGGGGGG-1,NT_1\n')
    await expect(run({ counts: await smallCounts(), guides })).rejects.toMatchObject({
      code: 'import/noBarcodeMatches',
      where: path('guides.csv'),
      message:
        'The guide table names 2 cells, but none is in the count matrix. Matrix: AAACCTGAGAAACCAT-1, AAACCTGAGAAACCGC-1, AAACCTGAGAAACCTA-1. Table: TTTTTTTTTTTTTTTT-1, GGGGGGGGGGGGGGGG-1.',
    })
  })

  it('says that there are no controls, and how to go on', async () => {
    const guides = await table('barcode,guide\nAAACCTGAGAAACCAT-1,STAT1_1\nAAACCTGAGAAACCGC-1,JAK2_1\n')
    const counts = await smallCounts()
    await expect(run({ counts, guides })).rejects.toMatchObject({
      code: 'import/noControls',
      message: 'No control was found by name among 2 targets: JAK2, STAT1.',
      hint: expect.stringContaining('--control none') as string,
    })
    await expect(run({ counts, guides, controls: ['mock'] })).rejects.toMatchObject({
      code: 'import/unknownControl',
      hint: 'Targets of the screen: JAK2, STAT1.',
    })
  })

  it.each([
    ['barcode,guide\nAAACCTGAGAAACCAT-1,STAT1_1\nAAACCTGAGAAACCGC-1\n', 'tables/missingField', 'line 3'],
    [
      'cell_barcode,num_features,feature_call,num_umis\nAAACCTGAGAAACCAT-1,1,STAT1_1,9\n,1,NT_1,3\n',
      'tables/missingField',
      'line 3',
    ],
    ['barcode,guide\nAAACCTGAGAAACCAT-1,"STAT1_1\nAAACCTGAGAAACCGC-1,NT_1\n', 'tables/malformed', 'line'],
    [
      'cell_barcode,num_features,feature_call,num_umis\nA-1,1,x,9\nB-1,1,y,3\nA-1,1,z,3\n',
      'guides/duplicateBarcode',
      'lines 2 and 4',
    ],
    ['barcode,guide\n', 'guides/empty', 'guides.csv'],
    ['barcode,donor,cell_type\nAAACCTGAGAAACCAT-1,d1,B cell\n', 'guides/unknownLayout', 'guides.csv'],
  ])('refuses the guide table %j', async (content, code, where) => {
    await expect(run({ counts: await smallCounts(), guides: await table(content) })).rejects.toMatchObject({
      code,
      where: expect.stringContaining(where) as string,
    })
  })

  it('refuses a guide-to-target table that contradicts itself or knows no guide', async () => {
    const guides = await table('barcode,guide\nAAACCTGAGAAACCAT-1,STAT1_1\nAAACCTGAGAAACCGC-1,NT_1\n')
    const counts = await smallCounts()
    const targets = async (content: string) => {
      await write('targets.csv', content)
      return run({ counts, guides, guideTargets: 'targets.csv' })
    }
    await expect(targets('guide_id,target\nSTAT1_1,STAT1\nSTAT1_1,JAK2\n')).rejects.toMatchObject({
      code: 'guideTargets/contradiction',
      where: `${path('targets.csv')}, line 3`,
    })
    await expect(targets('guide_id,target\nX_1,X\n')).rejects.toMatchObject({ code: 'import/noGuideInTable' })
    await expect(targets('guide_id,target\nSTAT1_1\n')).rejects.toMatchObject({ code: 'tables/missingField' })
    const { report } = await targets('guide_id,target\nNT_1,non-targeting\n')
    expect(report.findings.map((finding) => finding.message).join()).toContain(
      'The guide-to-target table lacks 1 guide (STAT1_1)',
    )
  })

  it('says when nothing names the perturbations, or the column does not exist', async () => {
    await expect(run({ counts: await smallCounts() })).rejects.toMatchObject({ code: 'import/noGuides' })
    await expect(
      run({ counts: fixture('h5ad/papalexi2021_500_cells.h5ad'), perturbationColumn: 'gene' }),
    ).rejects.toMatchObject({
      code: 'import/noSuchColumn',
      hint: expect.stringContaining('target') as string,
    })
    await expect(run({ counts: 'none.h5ad' })).rejects.toMatchObject({
      code: 'files/missing',
      where: path('none.h5ad'),
    })
  })

  it('refuses a matrix with repeated barcodes when a guide table must be matched', async () => {
    await write('counts.csv', 'barcode,STAT1,JAK2\nAAACCTGAGAAACCAT-1,3,0\nAAACCTGAGAAACCAT-1,0,2\n')
    const guides = await table(await readFile(fixture('guides/replogle2020_cell_identities.csv'), 'utf8'))
    await expect(run({ counts: 'counts.csv', guides })).rejects.toMatchObject({
      code: 'import/duplicateBarcodes',
      message: expect.stringContaining('number 1 and 2') as string,
    })
  })
})
