import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

const packageFolder = join(root, 'node_modules/electron')
/** Left behind by a download that failed, so that the next starts do not wait for it again. */
const failureNote = join(root, 'node_modules/.cache/shiftscope/electronDownloadFailed')
const failureIsRememberedFor = 24 * 60 * 60 * 1000
const longestDownload = 180_000

/**
 * Path of Electron's executable; null where there is none.
 * @returns {string | null}
 */
export function installedElectron() {
  const pathFile = join(packageFolder, 'path.txt')
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const path = join(override ?? join(packageFolder, 'dist'), name)
  return existsSync(path) ? path : null
}

/**
 * Path of Electron's executable, downloaded if need be. Never waits longer than three minutes, and not at all for a
 * day after a download failed.
 * @param {{ longestWait?: number }} [options] milliseconds
 * @returns {Promise<{ path: string } | { path: null, reason: string }>}
 */
export async function findElectron({ longestWait = longestDownload } = {}) {
  const installed = installedElectron()
  if (installed) return { path: installed }
  if (failedRecently()) return { path: null, reason: 'its binary could not be downloaded a short time ago' }
  const failure = await download(longestWait)
  const path = installedElectron()
  if (failure === null && path) return { path }
  mkdirSync(join(failureNote, '..'), { recursive: true })
  writeFileSync(failureNote, failure ?? 'nothing was installed')
  return { path: null, reason: `its binary could not be downloaded (${failure ?? 'nothing was installed'})` }
}

function failedRecently() {
  return existsSync(failureNote) && Date.now() - statSync(failureNote).mtimeMs < failureIsRememberedFor
}

/**
 * Runs the package's own download, quietly.
 * @param {number} longestWait milliseconds
 * @returns {Promise<string | null>} why it failed; null when it did not
 */
function download(longestWait) {
  process.stderr.write('Downloading Electron (once, about 120 MB) …\n')
  const script = join(packageFolder, 'install.js')
  const child = spawn(process.execPath, [script], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let messages = ''
  child.stderr.on('data', (piece) => (messages += piece))
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`no answer within ${Math.round(longestWait / 1000)} s`)
    }, longestWait)
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? null : reasonIn(messages))
    })
  })
}

/** The telling part of the download's error output. @param {string} messages */
function reasonIn(messages) {
  if (/fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(messages)) {
    return 'no connection to the download server'
  }
  const [firstLine] = messages.trim().split('\n')
  return firstLine === '' ? 'unknown reason' : firstLine.slice(0, 120)
}
