import { describe, expect, it } from 'vitest'
import { formatBytes } from './bytes'
import { formatDuration, formatTimeLeft } from './durations'
import { countOf, formatCount, formatDecimal, formatPercent } from './numbers'
import { absolutePath, fileName, folderOf, pathParts } from './paths'

describe('numbers', () => {
  it('separates thousands and keeps to whole numbers', () => {
    expect(formatCount(20729)).toBe('20,729')
    expect(formatCount(0)).toBe('0')
  })

  it('keeps significant digits, and powers of ten for the very small', () => {
    expect(formatDecimal(0.031249)).toBe('0.0312')
    expect(formatDecimal(1250.4)).toBe('1,250')
    expect(formatDecimal(0.0000123)).toBe('1.23e-5')
    expect(formatDecimal(0)).toBe('0')
    expect(formatDecimal(Number.NaN)).toBe('–')
  })

  it('shows one decimal of small percentages only', () => {
    expect(formatPercent(0.42)).toBe('42 %')
    expect(formatPercent(0.0212)).toBe('2.1 %')
    expect(formatPercent(1)).toBe('100 %')
    expect(formatPercent(0)).toBe('0 %')
  })

  it('agrees in number', () => {
    expect(countOf(1, 'cell')).toBe('1 cell')
    expect(countOf(2289, 'cell')).toBe('2,289 cells')
    expect(countOf(2, 'entry', 'entries')).toBe('2 entries')
  })
})

describe('durations', () => {
  it.each([
    [0.2, 'under 1 s'],
    [42, '42 s'],
    [59.7, '1 min'],
    [200, '3 min 20 s'],
    [600, '10 min'],
    [3570, '1 h'],
    [7500, '2 h 5 min'],
    [97_200, '1 d 3 h'],
    [-1, '–'],
  ])('%d seconds is %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words)
  })

  it('says when the time left is not known', () => {
    expect(formatTimeLeft(null)).toBe('time left not known yet')
    expect(formatTimeLeft(42)).toBe('about 42 s left')
  })
})

describe('bytes', () => {
  it.each([
    [812, '812 bytes'],
    [3_400_000, '3.4 MB'],
    [999_999, '1.0 MB'],
    [24_000_000_000, '24 GB'],
  ])('%d bytes is %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words)
  })
})

describe('paths', () => {
  it('lists the folders above, on POSIX and Windows', () => {
    expect(pathParts('/home/anna')).toEqual([
      { name: '/', path: '/' },
      { name: 'home', path: '/home' },
      { name: 'anna', path: '/home/anna' },
    ])
    expect(pathParts('C:\\data\\screen')).toEqual([
      { name: 'C:', path: 'C:\\' },
      { name: 'data', path: 'C:\\data' },
      { name: 'screen', path: 'C:\\data\\screen' },
    ])
  })

  it('finds the name and the folder of a file', () => {
    expect(fileName('/data/screen.h5ad')).toBe('screen.h5ad')
    expect(folderOf('/data/screen.h5ad')).toBe('/data')
    expect(folderOf('/')).toBeNull()
  })

  it('resolves paths of a recipe against the project', () => {
    expect(absolutePath('guides.csv', '/projects/a')).toBe('/projects/a/guides.csv')
    expect(absolutePath('/data/guides.csv', '/projects/a')).toBe('/data/guides.csv')
    expect(absolutePath('C:\\g.csv', 'D:\\a')).toBe('C:\\g.csv')
  })
})
