import { describe, expect, it, vi } from 'vitest'
import { createTerminal } from './terminal'
import { counted, duration, size, table } from './wording'

function streams(isTTY: boolean) {
  const written = { output: '', errors: '' }
  return {
    written,
    output: { write: (text: string) => (written.output += text) },
    errors: { isTTY, columns: 40, write: (text: string) => (written.errors += text) },
  }
}

describe('the terminal', () => {
  it('updates one line where it can, and takes it away before anything else', () => {
    vi.useFakeTimers()
    const { written, output, errors } = streams(true)
    const terminal = createTerminal(output, errors, false)
    terminal.status('10 %')
    terminal.status('11 %')
    vi.advanceTimersByTime(200)
    expect(written.errors).toBe('\r\u001b[2K11 %')
    terminal.status('x'.repeat(100))
    vi.advanceTimersByTime(200)
    expect(written.errors.endsWith(`\r\u001b[2K${'x'.repeat(39)}`)).toBe(true)
    terminal.print('svae-plus-1')
    expect(written.errors.endsWith('\r\u001b[2K')).toBe(true)
    expect(written.output).toBe('svae-plus-1\n')
    vi.useRealTimers()
  })

  it('writes now and then a line elsewhere, and none when quiet', () => {
    vi.useFakeTimers()
    const { written, output, errors } = streams(false)
    const terminal = createTerminal(output, errors, false)
    for (let second = 0; second < 40; second++) {
      terminal.status(`${second} s`)
      vi.advanceTimersByTime(1000)
    }
    expect(written.errors).toBe('0 s\n16 s\n32 s\n')
    const quiet = streams(false)
    createTerminal(quiet.output, quiet.errors, true).status('1 %')
    expect(quiet.written.errors).toBe('')
    vi.useRealTimers()
  })
})

describe('words', () => {
  it('for amounts, times and sizes', () => {
    expect([counted(1, 'cell'), counted(20729, 'cell')]).toEqual(['1 cell', '20,729 cells'])
    expect([2.345, 59.6, 125, 3725].map(duration)).toEqual(['2.3 s', '1 min 0 s', '2 min 5 s', '1 h 2 min'])
    expect([0, 999, 1536, 250e6, 24e9].map(size)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.5 kB',
      '250 MB',
      '24 GB',
    ])
    expect(
      table([
        ['cells', 1234],
        ['guides of it', 5],
      ]),
    ).toEqual(['cells         1,234', 'guides of it      5'])
  })
})
