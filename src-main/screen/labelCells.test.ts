import { describe, expect, it } from 'vitest'
import { callGuides } from './guideCalling'
import { type LabellingInput, labelCells } from './labelCells'
import { controlCell } from './screen'

const input = (multiple: 'combine' | 'drop'): LabellingInput => ({
  guidesOfCell: [
    ['B_1'],
    [],
    ['NT_1'],
    ['B_1', 'A_2'],
    ['A_1', 'A_2'],
    ['NT_1', 'A_1'],
    ['NT_1', 'NT_2'],
    ['A_1', 'B_1', 'NT_1'],
    ['multiple'],
  ],
  unnamedSeveral: new Set([8]),
  targetOfGuide: (guide) => guide.replace(/_\d$/, ''),
  isControl: (_, target) => target === 'NT',
  multiple,
})

describe('labelCells', () => {
  it('combines targets in sorted order and does not count controls as targets', () => {
    const labels = labelCells(input('combine'))
    expect(labels.perturbations).toEqual(['A', 'A+B', 'B'])
    expect(Array.from(labels.cells)).toEqual([0, 2, 3, 4, 5, 6, 7])
    expect(Array.from(labels.perturbationOfCell)).toEqual([2, controlCell, 1, 0, 0, controlCell, 1])
    expect(labels.guidesOfCell[4]).toBe('NT_1|A_1')
    expect(labels).toMatchObject({ unlabelled: 1, severalTargets: 3, dropped: 1, controls: 2 })
  })

  it('drops cells with several targets', () => {
    const labels = labelCells(input('drop'))
    expect(labels.perturbations).toEqual(['A', 'B'])
    expect(Array.from(labels.cells)).toEqual([0, 2, 4, 5, 6])
    expect(labels).toMatchObject({ severalTargets: 3, dropped: 3 })
  })
})

it('calls guides by UMIs and by share, most UMIs first', () => {
  const umis = {
    cells: 4,
    genes: 3,
    rowStarts: Uint32Array.of(0, 2, 4, 5, 5),
    geneIndices: Uint16Array.of(0, 2, 0, 1, 1),
    counts: Uint8Array.of(20, 80, 19, 81, 4),
  }
  expect(callGuides(umis, { minimumUmis: 5, minimumShare: 0.2 })).toEqual([[2, 0], [1], [], []])
  expect(callGuides(umis, { minimumUmis: 1, minimumShare: 0 })).toEqual([[2, 0], [1, 0], [1], []])
})
