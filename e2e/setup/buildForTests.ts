import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadConfigFromFile, MainConfigFactory } from 'electron-vite'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'
import type {} from '../../src-main/cli/runShiftscope'

const root = resolve(import.meta.dirname, '../..')
const out = join(root, 'out')
const entries = ['shiftscope', 'worker']
const oldMs = 60 * 60 * 1000

interface SourceFile {
  readonly path: string
  readonly modified: number
  readonly bytes: number
}

/** What the build is made of. */
async function sources(): Promise<SourceFile[]> {
  const found = await readdir(join(root, 'src-main'), { withFileTypes: true, recursive: true })
  const paths = found
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  paths.push(join(root, 'electron.vite.config.ts'), join(root, 'package-lock.json'))
  return Promise.all(
    paths.sort().map(async (path) => {
      const { mtimeMs, size } = await stat(path)
      return { path, modified: mtimeMs, bytes: size }
    }),
  )
}

/** The product's own build, where nothing has changed since. */
async function isCurrent(files: readonly SourceFile[]): Promise<boolean> {
  const built = entries.map((entry) => join(out, 'main', `${entry}.js`))
  if (!built.every(existsSync)) return false
  const times = await Promise.all(built.map(async (path) => (await stat(path)).mtimeMs))
  return files.every((file) => file.modified < Math.min(...times))
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(out)) {
    if (!name.startsWith('tests-')) continue
    const { mtimeMs } = await stat(join(out, name))
    if (Date.now() - mtimeMs > oldMs) await rm(join(out, name), { recursive: true, force: true })
  }
}

/**
 * Builds the main side as the product is built, into a folder of its own: a test that runs meanwhile keeps the build
 * that it began with.
 */
async function buildInto(directory: string): Promise<void> {
  const { config } = await loadConfigFromFile(
    { command: 'build', mode: 'production' },
    undefined,
    root,
    'error',
  )
  if (!config.main) throw new Error('electron.vite.config.ts builds no main side.')
  const main = await new MainConfigFactory(
    config.main,
    { root, configFile: false, logLevel: 'error' },
    { root },
  ).build()
  const partial = `${directory}.${process.pid}`
  const input = Object.fromEntries(
    entries.map((entry) => [
      entry,
      join(root, entry === 'worker' ? 'src-main/tasks' : 'src-main/cli', `${entry}.ts`),
    ]),
  )
  await build({
    ...main,
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ...main.build,
      outDir: partial,
      emptyOutDir: true,
      rolldownOptions: { ...main.build?.rolldownOptions, input },
    },
  })
  await rename(partial, directory).catch(async () => {
    // Another test run was quicker.
    await rm(partial, { recursive: true, force: true })
  })
}

export default async function setup(project: TestProject): Promise<void> {
  const files = await sources()
  if (await isCurrent(files)) {
    project.provide('builtMain', join(out, 'main'))
    return
  }
  const fingerprint = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
  const directory = join(out, `tests-${fingerprint}`)
  if (!existsSync(directory)) {
    await mkdir(out, { recursive: true })
    await removeOld()
    await buildInto(directory)
  }
  project.provide('builtMain', directory)
}
