import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

const electronPackage = join(root, 'node_modules/electron')
/** Where a failed download is noted, so that the next starts do not wait for it again. */
const cache = join(root, 'node_modules/.cache/shiftscope')
const failureIsRememberedFor = 24 * 60 * 60 * 1000
const longestDownload = 180_000

/**
 * Path of Electron's executable; null where there is none.
 * @param {string} [folder] the `electron` package
 * @returns {string | null}
 */
export function installedElectron(folder = electronPackage) {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
  return existsSync(path) ? path : null
}

/**
 * Path of Electron's executable, downloaded if need be. Never waits longer than three minutes, and not at all for a
 * day after a download failed.
 * @param {{ folder?: string, cacheFolder?: string, longestWait?: number }} [options] wait in milliseconds
 * @returns {Promise<{ path: string } | { path: null, reason: string }>}
 */
export async function findElectron({
  folder = electronPackage,
  cacheFolder = cache,
  longestWait = longestDownload,
} = {}) {
  const installed = installedElectron(folder)
  if (installed) return { path: installed }
  const failureNote = join(cacheFolder, 'electronDownloadFailed')
  if (isRecent(failureNote)) {
    return { path: null, reason: "Electron's binary could not be downloaded a short time ago" }
  }
  const failure = await download(folder, longestWait)
  const path = installedElectron(folder)
  if (path) return { path }
  const why = failure ?? 'nothing was installed'
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(failureNote, why)
  return { path: null, reason: `Electron's binary could not be downloaded (${why})` }
}

/** @param {string} note */
function isRecent(note) {
  return existsSync(note) && Date.now() - statSync(note).mtimeMs < failureIsRememberedFor
}

/**
 * Runs the package's own download, quietly.
 * @param {string} folder
 * @param {number} longestWait milliseconds
 * @returns {Promise<string | null>} why it failed; null when it did not
 */
function download(folder, longestWait) {
  process.stderr.write('Downloading Electron (once, about 120 MB) …\n')
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let messages = ''
  child.stderr.on('data', (piece) => (messages += piece))
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`not done within ${Math.round(longestWait / 1000)} s`)
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
