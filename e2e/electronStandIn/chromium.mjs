import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

const switches = [
  '--headless=new',
  '--no-sandbox',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--remote-debugging-port=0',
  '--test-type',
  '--disable-gpu',
  '--disable-quic',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-breakpad',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--force-color-profile=srgb',
  '--password-store=basic',
  '--disable-features=OptimizationHints,MediaRouter,HttpsUpgrades,NetworkTimeServiceQuerying',
  '--lang=en-US',
]

/** Where a Chromium is: named, the one Playwright installed, or the system's. */
async function chromiumPath() {
  if (process.env.SHIFTSCOPE_CHROMIUM) return process.env.SHIFTSCOPE_CHROMIUM
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  const { chromium } = await import('playwright-core')
  return chromium.executablePath()
}

/**
 * Starts a Chromium without a window.
 * @param {string} profile folder for its profile
 * @returns the process and the address at which it listens
 */
export async function startChromium(profile) {
  const chromium = spawn(await chromiumPath(), [...switches, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LANG: 'C.UTF-8' },
  })
  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    chromium.on('error', reject)
    chromium.on('exit', (code) => reject(new Error(`Chromium ended with code ${code} while starting.`)))
    createInterface({ input: chromium.stderr }).on('line', (line) => {
      const listening = /^DevTools listening on (ws:.*)$/.exec(line)
      if (listening) resolve(listening[1])
      else if (process.env.STAND_IN_DEBUG) process.stderr.write(`${line}\n`)
    })
  })
  return { chromium, address: await address }
}
