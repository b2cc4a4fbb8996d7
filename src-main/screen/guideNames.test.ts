import { describe, expect, it } from 'vitest'
import { looksLikeControl } from './controls'
import { labelsAreGuides, targetFromGuideName } from './guideTargets'
import { meansSeveral, meansUnassigned, splitLabel } from './labels'

describe('looksLikeControl', () => {
  it.each([
    [
      'non-targeting',
      'Non-Targeting',
      'nontargeting',
      'non_targeting_00123',
      'NonTargeting-4',
      'non-targeting control',
    ],
    [
      'NT',
      'NTg1',
      'NT_2',
      'NTC',
      'ntc-3',
      'sgNTC',
      'sgNegCtrl2',
      'NegCtrl10',
      'negative control',
      '3x_neg_ctrl_pMJ144-1',
    ],
    ['safe', 'safe-harbor', 'safe_targeting_7', 'AAVS1', 'AAVS1_2'],
    [
      'control',
      'Control_3',
      'ctrl',
      'CTRL0',
      'controls',
      'scramble',
      'scrambled_1',
      'NO-SITE_20',
      'INTERGENIC1144',
    ],
  ])('takes %s as controls', (...names) => {
    expect(names.filter((name) => !looksLikeControl(name))).toEqual([])
  })

  it('leaves genes alone', () => {
    const genes = [
      'NT5E',
      'NTF3',
      'NTRK1',
      'SAFB',
      'SCRIB',
      'NEGR1',
      'LUC7L',
      'CONTROLX',
      'CTRB1',
      'STAT1',
      'NTSR1',
    ]
    expect(genes.filter(looksLikeControl)).toEqual([])
  })
})

describe('targetFromGuideName', () => {
  const measured = new Set(['NKX2-1', 'STAT1', 'HLA-A', 'Stat1', 'EIF4G1'])
  const isGene = (name: string) => measured.has(name)

  it.each([
    ['CUL3g1', 'CUL3'],
    ['STAT1g12', 'STAT1'],
    ['ZAP70_1', 'ZAP70'],
    ['ZAP70-2', 'ZAP70'],
    ['STAT1.3', 'STAT1'],
    ['sgDDOST', 'DDOST'],
    ['sgRNA_STAT1_2', 'STAT1'],
    ['IRF1_sg4', 'IRF1'],
    ['IRF1_guide2', 'IRF1'],
    ['NKX2-1', 'NKX2-1'],
    ['NKX2-1_3', 'NKX2-1'],
    ['HLA-A-1', 'HLA-A'],
    ['STAT1_1_2', 'STAT1'],
    ['A1BG_+_58858964.23-P1P2', 'A1BG'],
    ['Atg5', 'Atg5'],
    ['EIF4G1', 'EIF4G1'],
    ['IFNGR1', 'IFNGR1'],
    ['_1', '_1'],
  ])('%s targets %s', (guide, target) => {
    expect(targetFromGuideName(guide, isGene)).toBe(target)
  })

  it('tells guides from targets by how many names remain', () => {
    expect(labelsAreGuides(['ZAP70_1', 'ZAP70_2', 'FOS_1', 'FOS_2'], isGene)).toBe(true)
    expect(labelsAreGuides(['sgFOS', 'sgJUN', 'sgLCK', 'sgLAT'], isGene)).toBe(true)
    expect(labelsAreGuides(['NKX2-2', 'NKX2-5', 'STAT1', 'FOS', 'JUN', 'LCK'], isGene)).toBe(false)
  })
})

describe('labels', () => {
  it('splits combinations, but not strands and markers', () => {
    expect(splitLabel('AHR+KLF1')).toEqual(['AHR', 'KLF1'])
    expect(splitLabel('AHR + KLF1')).toEqual(['AHR', 'KLF1'])
    expect(splitLabel('ATF2g1|NTg3')).toEqual(['ATF2g1', 'NTg3'])
    expect(splitLabel('A1BG_+_588.23-P1P2|A1BG_-_588.10-P1P2')).toEqual([
      'A1BG_+_588.23-P1P2',
      'A1BG_-_588.10-P1P2',
    ])
    expect(splitLabel('CD14+ Monocytes')).toEqual(['CD14+ Monocytes'])
    expect(splitLabel('AHR|')).toEqual(['AHR'])
  })

  it('knows the words for none and several', () => {
    expect(['', 'NA', 'nan', 'unassigned', 'None', ' Negative '].every(meansUnassigned)).toBe(true)
    expect(['Multiple', 'doublet'].every(meansSeveral)).toBe(true)
    expect(['NTC', 'NANOG', 'control'].some((name) => meansUnassigned(name) || meansSeveral(name))).toBe(
      false,
    )
  })
})
