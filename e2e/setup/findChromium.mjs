import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const systemPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * Path of a Chromium to test in: the one named in SHIFTSCOPE_CHROMIUM, Playwright's own, or the system's.
 * @returns {string | null}
 */
export function findChromium() {
  const named = process.env.SHIFTSCOPE_CHROMIUM
  if (named) return named
  const { chromium } = createRequire(import.meta.url)('playwright-core')
  return [chromium.executablePath(), ...systemPlaces].find((path) => existsSync(path)) ?? null
}
