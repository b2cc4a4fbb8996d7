import { describe, expect, it } from 'vitest'
import { figureAsSvg } from '../figureExport'
import { divergingOnLight } from '../palettes'
import { drawnTargetGraph } from './drawnTargetGraph'
import { exampleGraph } from './fixtures/exampleGraph'
import {
  cellFrames,
  cellPixels,
  cellRectangles,
  stripPixels,
  type CellPlaces,
  type HeatMapCells,
} from './heatMapCells'
import { moveCursor, spanWith, zoomedSpan } from './heatMapCursor'
import { heatMapLayout, shortenedGene } from './heatMapLayout'
import { heatMapOption } from './heatMapOption'
import { clusteredView } from './targetGraphView'

const graph = drawnTargetGraph(exampleGraph, 0.5)
const view = clusteredView(graph, false)
const cells: HeatMapCells = {
  graph,
  view,
  diverging: divergingOnLight,
  frameColour: '#000000',
  selected: null,
  cursor: null,
  cursorColour: '#0000ff',
}
const places: CellPlaces = {
  plot: { x: 100, y: 50, width: 40, height: 60 },
  firstRow: 0,
  firstColumn: 0,
  rows: 3,
  columns: 2,
  cellWidth: 20,
  cellHeight: 20,
}

describe('pixels', () => {
  it('are in view order, colour from the shift and alpha from the probability', () => {
    const pixels = cellPixels(cells)
    expect(pixels).toHaveLength(3 * 2 * 4)
    // Row 1, column 1 of the view is JAK2 on z1: shift +2 at the limit, probability 0.9.
    const at = (1 * 2 + 1) * 4
    expect([...pixels.subarray(at, at + 4)]).toEqual([0x9c, 0x42, 0x04, Math.round(0.9 * 255)])
  })

  it('show the number of cells, opaque', () => {
    const pixels = stripPixels(cells)
    expect([...pixels.subarray(0, 4)]).toEqual([0x44, 0x01, 0x54, 255])
    expect([...pixels.subarray(8, 12)]).toEqual([0xfd, 0xe7, 0x25, 255])
  })
})

describe('vectors', () => {
  it('place each visible cell with a gap', () => {
    const rectangles = cellRectangles(cells, places)
    expect(rectangles).toHaveLength(6)
    expect(rectangles[3]).toMatchObject({ x: 120, y: 70, width: 19, height: 19, opacity: 0.9 })
  })

  it('leave out what is out of view', () => {
    const zoomed = { ...places, firstRow: 1, rows: 1, firstColumn: 1, columns: 1 }
    expect(cellRectangles(cells, zoomed)).toHaveLength(1)
    expect(cellRectangles(cells, zoomed)[0]).toMatchObject({ x: 100, y: 50 })
  })

  it('frame the edges, then the selected row, then the cursor', () => {
    const frames = cellFrames(
      { ...cells, selected: { perturbation: 0 }, cursor: { perturbation: 2, latent: 1 } },
      places,
    )
    expect(frames.map(({ lineWidth }) => lineWidth)).toEqual([1, 1, 1, 2, 3])
    expect(frames[3]).toMatchObject({ x: 100, y: 70, width: 40, height: 19 })
    expect(frames[4]).toMatchObject({ x: 100, y: 50, colour: '#0000ff' })
  })

  it('do not frame cells that are too small to hold a frame', () => {
    expect(cellFrames(cells, { ...places, cellWidth: 4, cellHeight: 4 })).toEqual([])
  })
})

describe('layout', () => {
  it('has room for the name of the tenth latent over the narrowest columns that are stacked', () => {
    const columns = { rows: [0], columns: Array.from({ length: 10 }, () => 0) }
    const widths = Array.from({ length: 400 }, (_, more) => heatMapLayout(graph, columns, 600 + more))
    const stacked = widths.filter(({ columnLabels }) => columnLabels === 'stacked')
    expect(stacked[0].columnCharacters.name).toBeGreaterThanOrEqual('Latent 10'.length)
  })

  it('keeps the end of IDs of genes, which all begin alike', () => {
    expect(shortenedGene('ENSG00000142669', 8)).toBe('…0142669')
    expect(shortenedGene('CXCL10', 8)).toBe('CXCL10')
  })

  it('stacks genes over wide columns and turns them over narrow ones', () => {
    expect(heatMapLayout(graph, view, 900).columnLabels).toBe('stacked')
    expect(heatMapLayout(graph, view, 180).columnLabels).toBe('rotated')
  })

  it('has sliders only for many rows and columns', () => {
    expect(heatMapLayout(graph, view, 900).sliders).toEqual({ rows: false, columns: false })
    const many = { rows: Array.from({ length: 100 }, () => 0), columns: Array.from({ length: 50 }, () => 0) }
    expect(heatMapLayout(graph, many, 900).sliders).toEqual({ rows: true, columns: true })
  })
})

describe('saved figure', () => {
  const zoomedTo = { rows: [0, 2] as [number, number], columns: [0, 1] as [number, number] }
  const choices = { graph, view, selected: null, cursor: null, zoomedTo }

  it('is an SVG on white with names, genes and one rectangle a cell', () => {
    const svg = figureAsSvg((medium) => heatMapOption(choices, medium), 800, 400)
    for (const word of ['JAK2', 'STAT1', 'CAV1', 'CXCL10', 'Shift (prior SD)', 'Edge probability']) {
      expect(svg).toContain(word)
    }
    expect(svg).toContain('#ffffff')
    expect(svg).toContain('rgb(156, 66, 4)')
    // The shift of +2 at probability 0.9 is drawn with that opacity.
    expect(svg).toMatch(/fill-opacity="0\.9"|opacity="0\.9"/)
  })

  it('shows the part that is zoomed to', () => {
    const part = { ...choices, zoomedTo: { ...zoomedTo, rows: [1, 2] as [number, number] } }
    const svg = figureAsSvg((medium) => heatMapOption(part, medium), 800, 400)
    expect(svg).not.toContain('CAV1')
    expect(svg).toContain('JAK2')
  })
})

describe('cursor', () => {
  it('begins at the first cell and stays inside', () => {
    const first = moveCursor(view, null, 'ArrowDown', false)
    expect(first).toEqual({ perturbation: 2, latent: 1 })
    expect(moveCursor(view, first, 'ArrowUp', false)).toEqual(first)
    expect(moveCursor(view, first, 'ArrowRight', false)).toEqual({ perturbation: 2, latent: 0 })
    expect(moveCursor(view, first, 'PageDown', false)).toEqual({ perturbation: 1, latent: 1 })
    expect(moveCursor(view, first, 'End', true)).toEqual({ perturbation: 1, latent: 0 })
    expect(moveCursor(view, first, 'End', false)).toEqual({ perturbation: 2, latent: 0 })
  })

  it('leaves other keys alone and copes with an empty view', () => {
    expect(moveCursor(view, null, 'a', false)).toBeNull()
    expect(moveCursor({ rows: [], columns: [] }, null, 'ArrowDown', false)).toBeNull()
  })
})

describe('zoom', () => {
  it('moves as little as needed', () => {
    expect(spanWith([10, 19], 5)).toEqual([5, 14])
    expect(spanWith([10, 19], 25)).toEqual([16, 25])
    expect(spanWith([10, 19], 12)).toEqual([10, 19])
  })

  it('halves around the middle and ends at three and at all', () => {
    expect(zoomedSpan([0, 99], 0.5, 100)).toEqual([25, 74])
    expect(zoomedSpan([25, 74], 4, 100)).toEqual([0, 99])
    expect(zoomedSpan([0, 3], 0.5, 100)).toEqual([1, 3])
    expect(zoomedSpan([0, 1], 0.5, 2)).toEqual([0, 1])
  })
})
