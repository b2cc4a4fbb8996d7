import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdsProject, lockProject } from './projectLock'
import { projectPaths } from './projectPaths'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  file = projectPaths(folder).lock
})
afterEach(() => rm(folder, { recursive: true }))

function lockOf(pid: number, host = hostname()): string {
  return JSON.stringify({ pid, host, since: '2026-01-01T00:00:00.000Z' })
}

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

describe('the lock of a project', () => {
  it('is a file while it is held and gone afterwards', async () => {
    const release = await lockProject(folder)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid })
    await release()
    expect(await readdir(folder)).toEqual([])
  })

  it('is shared within a process and ends with the last holder', async () => {
    const [first, second] = await Promise.all([lockProject(folder), lockProject(folder)])
    await first()
    await first()
    expect(holdsProject(folder)).toBe(true)
    expect(await readdir(folder)).toEqual(['project.lock'])
    await second()
    expect(holdsProject(folder)).toBe(false)
    expect(await readdir(folder)).toEqual([])
  })

  it('is not lost when it is taken while the last holder leaves', async () => {
    for (let round = 0; round < 20; round++) {
      const first = await lockProject(folder)
      const leaving = first()
      const second = await lockProject(folder)
      await leaving
      expect(await readdir(folder)).toEqual(['project.lock'])
      await second()
    }
  })

  it('of a living process of another program is respected', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      await writeFile(file, lockOf(child.pid ?? 0))
      await expect(lockProject(folder, 100)).rejects.toMatchObject({ code: 'project/busy' })
      expect(holdsProject(folder)).toBe(false)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('of another machine is respected, whatever its process', async () => {
    await writeFile(file, lockOf(await deadProcess(), 'elsewhere'))
    await expect(lockProject(folder, 0)).rejects.toMatchObject({
      code: 'project/busy',
      hint: expect.stringContaining(file) as string,
    })
  })

  it('of a dead process is taken over', async () => {
    await writeFile(file, lockOf(await deadProcess()))
    const release = await lockProject(folder, 0)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid })
    await release()
    expect(await readdir(folder)).toEqual([])
  })

  it('that was never finished is respected while fresh and taken over when old', async () => {
    await writeFile(file, '')
    await expect(lockProject(folder, 0)).rejects.toMatchObject({ code: 'project/busy' })
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(file, longAgo, longAgo)
    const release = await lockProject(folder, 0)
    await release()
  })
})
