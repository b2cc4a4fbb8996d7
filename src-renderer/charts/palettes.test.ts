import { describe, expect, it } from 'vitest'
import {
  colourAt,
  cssColour,
  divergingColour,
  divergingOnLight,
  logColour,
  parseHex,
  viridis,
} from './palettes'

describe('diverging scale', () => {
  it('is white at zero and symmetric in its position', () => {
    expect(cssColour(divergingColour(divergingOnLight, 0, 2.5))).toBe('rgb(255, 255, 255)')
    expect(divergingColour(divergingOnLight, 2.5, 2.5)).toEqual(divergingOnLight.at(-1))
    expect(divergingColour(divergingOnLight, -2.5, 2.5)).toEqual(divergingOnLight[0])
  })

  it('is blue for negative and orange for positive shifts', () => {
    const [redDown, , blueDown] = divergingColour(divergingOnLight, -1, 2)
    const [redUp, , blueUp] = divergingColour(divergingOnLight, 1, 2)
    expect(blueDown).toBeGreaterThan(redDown)
    expect(redUp).toBeGreaterThan(blueUp)
  })

  it('keeps the end colours beyond its limits', () => {
    expect(divergingColour(divergingOnLight, 99, 2)).toEqual(divergingOnLight.at(-1))
    expect(divergingColour(divergingOnLight, -99, 2)).toEqual(divergingOnLight[0])
  })
})

describe('colours between stops', () => {
  it('are linear in RGB', () => {
    const stops = ['#000000', '#ffffff', '#ff0000'].map(parseHex)
    expect(colourAt(stops, 0.25)).toEqual([127.5, 127.5, 127.5])
    expect(colourAt(stops, 0.75)).toEqual([255, 127.5, 127.5])
    expect(colourAt(stops, 1)).toEqual([255, 0, 0])
  })
})

describe('counts on a logarithmic scale', () => {
  it('puts the geometric mean in the middle', () => {
    const middle = colourAt(viridis, 0.5)
    logColour(viridis, 100, 10, 1000).forEach((part, place) => {
      expect(part).toBeCloseTo(middle[place])
    })
  })

  it('takes equal and zero counts', () => {
    expect(logColour(viridis, 5, 5, 5)).toEqual(viridis.at(-1))
    expect(logColour(viridis, 0, 0, 10)).toEqual(viridis[0])
  })
})
