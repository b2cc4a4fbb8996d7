import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fillFolder } from './fillFolder'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))))
afterEach(() => rm(folder, { recursive: true }))

it('moves all files into the folder, over older ones, and keeps what else is there', async () => {
  const target = join(folder, 'new', 'export')
  await mkdir(join(target, 'genes'), { recursive: true })
  await writeFile(join(target, 'genes', 'z1.txt'), 'old')
  await writeFile(join(target, 'notes.txt'), 'of the person')
  const result = await fillFolder(target, async (staging) => {
    await mkdir(join(staging, 'genes'))
    await writeFile(join(staging, 'genes', 'z1.txt'), 'new')
    await writeFile(join(staging, 'graph.csv'), 'a,b')
    return 2
  })
  expect(result).toBe(2)
  expect((await readdir(target)).sort()).toEqual(['genes', 'graph.csv', 'notes.txt'])
  expect(await readFile(join(target, 'genes', 'z1.txt'), 'utf8')).toBe('new')
})

it('leaves nothing behind when a file cannot be written', async () => {
  const target = join(folder, 'export')
  const failing = fillFolder(target, async (staging) => {
    await writeFile(join(staging, 'graph.csv'), 'a,b')
    throw new Error('the disk is gone')
  })
  await expect(failing).rejects.toThrow('the disk is gone')
  expect(await readdir(target)).toEqual([])
})
