import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findElectron } from './electronBinary.mjs'

let folder
let cacheFolder

beforeEach(() => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  folder = mkdtempSync(join(tmpdir(), 'shiftscope-electron-'))
  cacheFolder = join(folder, 'cache')
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** Stands for the download script of the `electron` package. */
function installer(source) {
  writeFileSync(
    join(folder, 'install.js'),
    `const fs = require('node:fs')\nprocess.chdir(__dirname)\n${source}`,
  )
}

const find = (longestWait = 5000) => findElectron({ folder, cacheFolder, longestWait })

describe('findElectron', () => {
  it('downloads the binary once', async () => {
    installer(
      "fs.mkdirSync('dist'); fs.writeFileSync('dist/electron', ''); fs.writeFileSync('path.txt', 'electron')",
    )
    expect(await find()).toEqual({ path: join(folder, 'dist/electron') })
    installer('process.exit(1)')
    expect(await find()).toEqual({ path: join(folder, 'dist/electron') })
  })

  it('says why a download failed and remembers it for a day', async () => {
    installer("console.error('TypeError: fetch failed'); process.exit(1)")
    expect(await find()).toEqual({
      path: null,
      reason: "Electron's binary could not be downloaded (no connection to the download server)",
    })
    installer("fs.writeFileSync('asked-again', ''); process.exit(1)")
    expect((await find()).reason).toContain('a short time ago')
    expect(existsSync(join(folder, 'asked-again'))).toBe(false)
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
    utimesSync(join(cacheFolder, 'electronDownloadFailed'), yesterday, yesterday)
    await find()
    expect(existsSync(join(folder, 'asked-again'))).toBe(true)
  })

  it('does not wait for a download that hangs', async () => {
    installer('setInterval(() => {}, 1000)')
    expect((await find(300)).reason).toContain('not done within')
  })

  it('does not take a download for done that installed nothing', async () => {
    installer('')
    expect((await find()).reason).toContain('nothing was installed')
  })

  it('takes the binary that the environment names', async () => {
    writeFileSync(join(folder, 'electron'), '')
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder)
    expect(await find()).toEqual({ path: join(folder, 'electron') })
  })
})
