import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { timeSteps, type StepTiming } from './stepTiming'

const usage = 'npm run bench -- step [--steps N] [--json]\n'

function tableOf(timings: readonly StepTiming[], load: number): string {
  const rows = timings.map(({ shape, build, threads, medianMs, bestMs }) =>
    [shape, build, threads, medianMs.toFixed(2), bestMs.toFixed(2)].join('\t'),
  )
  const heading = ['shape', 'build', 'threads', 'median ms', 'best ms'].join('\t')
  return [heading, ...rows, `load of the machine: ${load.toFixed(1)}`, ''].join('\n')
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, steps: { type: 'string', default: '60' } },
})
const steps = Number(values.steps)
if (positionals.join(' ') !== 'step' || !Number.isInteger(steps) || steps < 1) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  const timings = await timeSteps(steps)
  const [load] = loadavg()
  process.stdout.write(values.json ? `${JSON.stringify({ load, timings })}\n` : tableOf(timings, load))
}
