import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './commandLine.mjs'

describe('parseCommandLine', () => {
  it('finds the app behind switches and preloaded modules', () => {
    const words = [
      '-r',
      '/loader.js',
      '--inspect=0',
      '--remote-debugging-port=0',
      '.',
      '--user-data-dir=/tmp/a=b',
    ]
    expect(parseCommandLine(words)).toEqual({ app: '.', preloads: ['/loader.js'], userData: '/tmp/a=b' })
  })

  it('opens the current folder when no app is named', () => {
    expect(parseCommandLine(['--inspect=0'])).toEqual({ app: '.', preloads: [], userData: undefined })
  })

  it('leaves a second word to the app', () => {
    expect(parseCommandLine(['first', 'second']).app).toBe('first')
  })
})
