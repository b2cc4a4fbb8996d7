import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asProblem } from '@contract/errors'
import { partialPath, putInPlace, removeLeftovers, stage, writeBeside, writeFileBeside } from './writeBeside'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))))
afterEach(async () => {
  await chmod(folder, 0o755)
  await rm(folder, { recursive: true })
})

describe('writing beside', () => {
  it('puts the whole file into place and leaves nothing else', async () => {
    const path = join(folder, 'sub', 'a.txt')
    await writeFileBeside(path, 'first')
    await writeFileBeside(path, 'second')
    expect(await readFile(path, 'utf8')).toBe('second')
    expect(await readdir(join(folder, 'sub'))).toEqual(['a.txt'])
  })

  it('keeps the old file and no partial one when the writer fails', async () => {
    const path = join(folder, 'a.txt')
    await writeFileBeside(path, 'old')
    const failing = writeBeside(path, async (partial) => {
      await writeFile(partial, 'half')
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    })
    await expect(failing).rejects.toThrow('no space left')
    expect(asProblem(await failing.catch((error: unknown) => error)).code).toBe('files/diskFull')
    expect(await readdir(folder)).toEqual(['a.txt'])
    expect(await readFile(path, 'utf8')).toBe('old')
  })

  it('shows the old file until a staged one is put in place', async () => {
    const path = join(folder, 'a.txt')
    await writeFileBeside(path, 'old')
    const staged = await stage(path, (partial) => writeFile(partial, 'new'))
    expect(await readFile(path, 'utf8')).toBe('old')
    await putInPlace(staged)
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['a.txt'])
  })

  it('removes a staged file that cannot be put in place', async () => {
    const path = join(folder, 'taken')
    const staged = await stage(path, (partial) => writeFile(partial, 'new'))
    await mkdir(path)
    await expect(putInPlace(staged)).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['taken'])
  })
})

describe('leftovers of crashed writers', () => {
  it('are removed in the folder and its subfolders, and nothing else is', async () => {
    await mkdir(join(folder, 'runs', 'svae-plus-1'), { recursive: true })
    await writeFile(partialPath(join(folder, 'screen.h5ad')), 'half')
    await writeFile(partialPath(join(folder, 'runs', 'svae-plus-1', 'run.json')), 'half')
    await writeFile(join(folder, 'runs', 'svae-plus-1', 'run.json'), '{}')
    await writeFile(join(folder, 'notes.partial'), 'of the person')
    expect(await removeLeftovers(folder)).toHaveLength(2)
    expect(await readdir(folder)).toEqual(['notes.partial', 'runs'])
    expect(await readdir(join(folder, 'runs', 'svae-plus-1'))).toEqual(['run.json'])
  })

  it('are left alone while this process is writing them', async () => {
    await writeBeside(join(folder, 'a.txt'), async (partial) => {
      await writeFile(partial, 'new')
      expect(await removeLeftovers(folder)).toEqual([])
    })
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('new')
  })

  it('of a folder that is gone are none', async () => {
    expect(await removeLeftovers(join(folder, 'gone'))).toEqual([])
  })
})
