import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reserveRun } from './runFiles'

it('gives runs that are made at the same time folders of their own', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'shiftscope-runs-'))
  try {
    const made = await Promise.all(Array.from({ length: 5 }, () => reserveRun(directory, 'vae')))
    expect(made.sort()).toEqual(['vae-1', 'vae-2', 'vae-3', 'vae-4', 'vae-5'])
    expect(await reserveRun(directory, 'ivae')).toBe('ivae-1')
  } finally {
    await rm(directory, { recursive: true })
  }
})
