import { link, open, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { ShiftscopeError } from '@contract/errors'
import { projectPaths } from './projectPaths'

const ownerSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.iso.datetime() })
type Owner = z.infer<typeof ownerSchema>

/** A lock file without a readable owner that is older than this was left by a crash in the middle of its making. */
const unreadableAgeMs = 10_000
const retryMs = 50

interface Held {
  count: number
  /** Settles when the file has been made; later holders of this process wait for it too. */
  ready: Promise<void>
}

/** Locks that this process holds, by folder: its own writers share one file. */
const held = new Map<string, Held>()

/** Lock files of this process that are being removed; the next hold waits, or it would lose its own file. */
const leaving = new Map<string, Promise<void>>()

function isSystemErrorWith(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isSystemErrorWith(error, 'EPERM')
  }
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (error instanceof SyntaxError || isSystemErrorWith(error, 'ENOENT')) return null
    throw error
  }
}

/** Whether the process that made the lock file is gone. A lock of another machine is never judged. */
async function isStale(file: string, owner: Owner | null): Promise<boolean> {
  if (owner) return owner.host === hostname() && (owner.pid === process.pid || !isAlive(owner.pid))
  const facts = await stat(file).catch(() => null)
  return facts !== null && Date.now() - facts.mtimeMs > unreadableAgeMs
}

/**
 * Takes a stale lock file away. Two processes may find it stale at once: renaming takes whatever lies there now, so
 * what was taken is looked at again and put back when it is another's fresh lock.
 */
async function takeStaleAway(file: string, judged: Owner | null): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await rename(file, aside)
  } catch (error) {
    if (isSystemErrorWith(error, 'ENOENT')) return
    throw error
  }
  const taken = await readOwner(aside)
  if (taken?.pid !== judged?.pid || taken?.since !== judged?.since) {
    await link(aside, file).catch(() => undefined)
  }
  await unlink(aside)
}

async function makeLockFile(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    try {
      const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
      await handle.writeFile(JSON.stringify(owner))
    } catch (error) {
      await rm(file, { force: true })
      throw error
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (isSystemErrorWith(error, 'EEXIST')) return false
    throw error
  }
}

async function acquire(directory: string, patienceMs: number): Promise<void> {
  await leaving.get(directory)
  const file = projectPaths(directory).lock
  const deadline = Date.now() + patienceMs
  for (;;) {
    if (await makeLockFile(file)) return
    const owner = await readOwner(file)
    if (await isStale(file, owner)) {
      await takeStaleAway(file, owner)
      continue
    }
    if (Date.now() >= deadline) throw lockedByAnother(directory, owner)
    await wait(retryMs)
  }
}

function lockedByAnother(directory: string, owner: Owner | null): ShiftscopeError {
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${owner.since}` : 'another process'
  return new ShiftscopeError({
    code: 'project/busy',
    message: `Another Shiftscope is writing this project (${who}).`,
    where: directory,
    hint: `Wait until it is done or stop it. If it no longer exists, delete ${projectPaths(directory).lock} and try again.`,
  })
}

/** Ends a hold on a project. */
export type Release = () => Promise<void>

/**
 * Holds the project against writers in other processes. Holds of the same process are counted, not excluded: within
 * one process the order of writes is the caller's matter.
 * @param patienceMs how long to wait for another process
 * @throws `project/busy` when another process holds it; a holder that died is forgotten
 */
export async function lockProject(directory: string, patienceMs = 2000): Promise<Release> {
  const entry = held.get(directory) ?? { count: 0, ready: acquire(directory, patienceMs) }
  held.set(directory, entry)
  entry.count += 1
  let released = false
  const release = async () => {
    if (released) return
    released = true
    entry.count -= 1
    if (entry.count > 0) return
    held.delete(directory)
    const left = rm(projectPaths(directory).lock, { force: true })
    leaving.set(directory, left)
    try {
      await left
    } finally {
      if (leaving.get(directory) === left) leaving.delete(directory)
    }
  }
  try {
    await entry.ready
  } catch (error) {
    entry.count -= 1
    if (held.get(directory) === entry) held.delete(directory)
    throw error
  }
  return release
}

/** Whether this process holds the project. */
export function holdsProject(directory: string): boolean {
  return held.has(directory)
}
