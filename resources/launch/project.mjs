import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of the project, whatever folder the command was given in. */
export const root = resolve(import.meta.dirname, '../..')

const entry = join(root, 'out/main/shiftscope.js')
const sources = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json']

export function isBuilt() {
  return existsSync(entry)
}

/** False when nothing is built, or when a source was changed after the build. */
export function isBuiltFromPresentSources() {
  if (!isBuilt()) return false
  const builtAt = statSync(entry).mtimeMs
  return sources.every((source) => newest(join(root, source)) <= builtAt)
}

/** When the file, or the newest file in the folder, was changed. @param {string} path @returns {number} */
function newest(path) {
  const { mtimeMs, isDirectory } = factsOf(path)
  if (!isDirectory) return mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), mtimeMs)
}

function factsOf(path) {
  const facts = statSync(path)
  return { mtimeMs: facts.mtimeMs, isDirectory: facts.isDirectory() }
}

/** Builds the app; messages go to standard error. Ends the process when the build fails. */
export function build() {
  const script = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(script)) {
    process.stderr.write('The packages of Shiftscope are not installed. Run "npm ci" first.\n')
    process.exit(1)
  }
  process.stderr.write('Building Shiftscope (once, and after changes) …\n')
  const commands = [
    [join(root, 'src-main/compute/kernels/build.mjs')],
    [script, 'build', '--logLevel', 'warn'],
  ]
  const succeeded = commands.every(
    (command) => spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0,
  )
  if (!succeeded) {
    process.stderr.write('Shiftscope could not be built; the reason is above.\n')
    process.exit(1)
  }
}

/** Ends the process when Node is too old, before anything fails in a less obvious way. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  process.stderr.write(
    `Shiftscope needs Node.js 20.19 or newer; this is ${process.versions.node}. Install it from https://nodejs.org.\n`,
  )
  process.exit(1)
}
