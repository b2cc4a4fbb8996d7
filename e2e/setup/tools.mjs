import { existsSync, realpathSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { findChromium } from './findChromium.mjs'
import { run } from './steps.mjs'

const installSeconds = 300

/** Installs Debian packages where that is possible. @param {readonly string[]} packages */
async function installWithApt(packages) {
  if (!existsSync('/usr/bin/apt-get')) return false
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive']
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = async (...words) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...words]
    return run(command, rest, { environment, longest: installSeconds, quiet: true })
  }
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages)
  return (await install()) || ((await apt('update')) && (await install()))
}

/**
 * Makes sure that there is a Chromium to run the journeys in.
 * @returns {Promise<string | null>} its path; null when none could be installed
 */
export async function ensureChromium() {
  const present = findChromium()
  if (present) return present
  process.stdout.write('No Chromium: installing one …\n')
  const playwright = ['playwright', 'install', 'chromium']
  if (await run('npx', playwright, { longest: installSeconds, quiet: true })) return findChromium()
  await installWithApt(['chromium', 'fonts-liberation'])
  return findChromium()
}

const python = '/usr/bin/python3'

function pythonReads() {
  return spawnSync(python, ['-c', 'import anndata, h5py, scipy'], { stdio: 'ignore' }).status === 0
}

/**
 * Makes sure that Debian's anndata is there: an independent reader of the files that Shiftscope writes.
 * @returns {Promise<boolean>}
 */
export async function ensureAnndata() {
  if (pythonReads()) return true
  process.stdout.write('No anndata for Python: installing it …\n')
  await installWithApt(['python3-anndata', 'python3-h5py', 'python3-scipy'])
  return pythonReads()
}

function vulkanIsLoaded() {
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' })
  return stdout?.includes('libvulkan.so.1') ?? false
}

/**
 * Makes sure that WebGPU can be tested without a graphics processor: Vulkan's loader, and SwiftShader from Chromium.
 * @param {string} chromium its path
 * @returns {Promise<string | null>} the description of SwiftShader for VK_ICD_FILENAMES; null where it cannot be had
 */
export async function ensureSoftwareGraphics(chromium) {
  const places = [dirname(realpathSync(chromium)), '/usr/lib/chromium']
  const descriptions = places.map((place) => join(place, 'vk_swiftshader_icd.json'))
  const found = descriptions.find((path) => existsSync(path))
  if (!found || process.platform !== 'linux') return null
  if (!vulkanIsLoaded()) {
    process.stdout.write('No Vulkan loader: installing it …\n')
    await installWithApt(['libvulkan1'])
  }
  return vulkanIsLoaded() ? found : null
}
