import { asProblem } from '@contract/errors'
import { WrongUsage, type Benchmark } from './benchmark'
import { gradients } from './gradients'
import { epoch } from './epoch'
import { forward } from './forward'
import { iwelbo } from './iwelbo'
import { machineLine, presentLoad, thisMachine } from './machine'
import { profile } from './profile'
import { screen } from './screen'
import { step } from './step'

/** Every measurement by the name that stands after `npm run bench --`. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  step,
  profile,
  forward,
  gradients,
  epoch,
  screen,
  iwelbo,
}

function usage(): string {
  const lines = Object.entries(benchmarks).map(
    ([name, { flags, summary }]) => `  npm run bench -- ${name} ${flags} [--json]\n      ${summary}`,
  )
  return `Usage:\n${lines.join('\n')}\n`
}

function isUsageError(error: unknown): error is Error {
  if (error instanceof WrongUsage) return true
  return (
    error instanceof TypeError &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS_')
  )
}

/** @param name of the measurement */
async function bench(name = '', flags: readonly string[] = []): Promise<void> {
  if (!Object.hasOwn(benchmarks, name)) throw new WrongUsage('Say what to measure.')
  const before = await presentLoad()
  const others = flags.filter((flag) => flag !== '--json')
  const { figures, lines } = await benchmarks[name].measure(others)
  const [machine, after] = [thisMachine(), await presentLoad()]
  process.stdout.write(
    flags.includes('--json')
      ? `${JSON.stringify({ benchmark: name, machine, load: { before, after }, ...figures })}\n`
      : `${[...lines, '', machineLine(machine, before, after)].join('\n')}\n`,
  )
}

try {
  await bench(process.argv.at(2), process.argv.slice(3))
} catch (error) {
  const { message, hint, details } = asProblem(error)
  process.exitCode = isUsageError(error) ? 2 : 1
  process.stderr.write(
    isUsageError(error) ? `${error.message}\n${usage()}` : `${message} ${hint}\n${details ?? ''}\n`,
  )
}
