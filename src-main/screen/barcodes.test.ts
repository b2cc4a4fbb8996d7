import { describe, expect, it } from 'vitest'
import { looksLikeBarcode, matchBarcodes } from './barcodes'

const matrix = ['AAACCTGAGAAACCAT-1', 'AAACCTGAGAAACCGC-1', 'AAACCTGAGAAACCTA-1']

describe('matchBarcodes', () => {
  it('prefers equal barcodes', () => {
    const match = matchBarcodes(matrix, [matrix[2], 'GGGGGGGGGGGGGGGG-1', matrix[0]])
    expect(Array.from(match.cellOfRow)).toEqual([2, -1, 0])
    expect(match).toMatchObject({ matchedCells: 2, rule: 'the barcodes are the same' })
  })

  it('ignores a suffix on either side', () => {
    for (const suffix of ['', '-2', '.1', '_1']) {
      const match = matchBarcodes(
        matrix,
        matrix.map((barcode) => barcode.replace('-1', suffix)),
      )
      expect(Array.from(match.cellOfRow)).toEqual([0, 1, 2])
      expect(match.rule).toContain('"-1"')
    }
  })

  it('ignores prefixes', () => {
    const match = matchBarcodes(
      matrix,
      matrix.map((barcode) => `sampleA_${barcode.replace('-1', '')}`),
    )
    expect(match.matchedCells).toBe(3)
    expect(match.rule).toContain('bases')
  })

  it('matches nothing where two lanes cannot be told apart', () => {
    const lanes = ['AAACCTGAGAAACCAT-1', 'AAACCTGAGAAACCAT-2', 'AAACCTGAGAAACCTA-1']
    const match = matchBarcodes(lanes, ['AAACCTGAGAAACCAT', 'AAACCTGAGAAACCTA'])
    expect(Array.from(match.cellOfRow)).toEqual([-1, 2])
  })

  it('does not fold row numbers together', () => {
    const match = matchBarcodes(['cell_00001', 'cell_00002'], ['cell_00002'])
    expect(Array.from(match.cellOfRow)).toEqual([1])
    expect(matchBarcodes(['cell_1', 'cell_2'], ['cell_7']).matchedCells).toBe(0)
  })

  it('keeps all rows of a cell', () => {
    const match = matchBarcodes(matrix, ['AAACCTGAGAAACCGC', 'AAACCTGAGAAACCGC'])
    expect(Array.from(match.cellOfRow)).toEqual([1, 1])
    expect(match.matchedCells).toBe(1)
  })
})

it('knows barcodes from other names', () => {
  expect(['AAACCTGAGAAACCAT-1', 'l2_GCTGCTTCAGTGACAG', 'AAACATACATTTCC'].every(looksLikeBarcode)).toBe(true)
  expect(['GAPDH', 'ENSG00000279493', 'cell_00001', 'TAGAP'].some(looksLikeBarcode)).toBe(false)
})
