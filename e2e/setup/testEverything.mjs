// `npm test`: everything that CI runs, installing what it lacks. Stops at the first failure.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../resources/launch/project.mjs'
import { countJourneys, countUnit, readCounts, reports } from './counts.mjs'
import { done, run, step, StepFailed } from './steps.mjs'
import { ensureAnndata, ensureChromium, ensureSoftwareGraphics } from './tools.mjs'

process.chdir(root)
rmSync(join(root, 'test-results'), { recursive: true, force: true })
const npm = (...words) => run('npm', ['run', '--silent', ...words])

async function tools() {
  const chromium = await ensureChromium()
  if (!chromium) {
    process.stderr.write(
      'No Chromium could be installed. Install one (apt-get install chromium) or name it in SHIFTSCOPE_CHROMIUM.\n',
    )
    return false
  }
  process.env.SHIFTSCOPE_CHROMIUM = chromium
  const anndata = await ensureAnndata()
  process.stdout.write(`Chromium: ${chromium}\nanndata for Python: ${anndata ? 'present' : 'missing'}\n`)
  if (!anndata) process.stdout.write('Tests that read our files with anndata are skipped.\n')
  const graphics = await ensureSoftwareGraphics(chromium)
  if (graphics) process.env.VK_ICD_FILENAMES ??= graphics
  process.stdout.write(`SwiftShader: ${graphics ?? 'missing; tests of WebGPU in Node are skipped'}\n`)
  return true
}

function report() {
  const unit = readCounts(reports.unit, countUnit)
  const journeys = readCounts(reports.journeys, countJourneys)
  process.stdout.write('\n')
  for (const { name, seconds } of done) process.stdout.write(`${String(seconds).padStart(5)} s  ${name}\n`)
  for (const [name, { passed, failed, skipped }] of Object.entries({ unit, journeys })) {
    process.stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  }
  return { passed: unit.passed + journeys.passed, failed: unit.failed + journeys.failed }
}

let stoppedAt = null
try {
  await step('Tools', tools)
  await step('Format', () => npm('format:check'))
  await step('Lint', () => npm('lint'))
  await step('Types', () => npm('typecheck'))
  await step('Build', () => npm('build', '--', '--logLevel', 'warn'))
  await step('Unit tests', () =>
    run('npx', [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reports.unit}`,
    ]),
  )
  await step('Journeys', () =>
    run('npx', ['playwright', 'test', '--reporter=list,json'], {
      environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: reports.journeys },
    }),
  )
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  stoppedAt = error.message
}

const { passed, failed } = report()
if (stoppedAt !== null) process.stdout.write(`Stopped at: ${stoppedAt}\n`)
// A step without tests of its own that fails is a failure too.
process.stdout.write(`${passed} passed, ${stoppedAt === null ? failed : Math.max(failed, 1)} failed\n`)
process.exitCode = stoppedAt === null && failed === 0 ? 0 : 1
