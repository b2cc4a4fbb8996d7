import type { DoctorReport } from '@contract/device'
import type { Command } from 'commander'
import { events } from '@contract/events'
import type { Perform } from '../command'
import { ask, unlessInterrupted, type Session } from '../session'
import { amount, size, table } from '../wording'

function indented(rows: readonly (readonly (string | number)[])[]): string[] {
  return table(rows).map((line) => `  ${line}`)
}

function deviceLines({ devices, chosen }: DoctorReport): string[] {
  const width = Math.max(...devices.map(({ name }) => name.length))
  return [
    'Devices',
    ...devices.flatMap(({ name, usable, detail, hint }) => [
      `  ${name.padEnd(width)}  ${usable ? 'usable' : 'not usable'}: ${detail}`,
      ...(hint === '' ? [] : [`  ${' '.repeat(width)}  What to do: ${hint}`]),
    ]),
    `  "auto" takes ${chosen.name}. ${chosen.reason}`,
  ]
}

function timingLines({ measured }: DoctorReport): string[] {
  if (!measured) return []
  return [
    '',
    `Time of a training step (${measured.workload})`,
    ...indented(
      measured.timings.map(({ device, detail, msPerStep, problem }) => [
        device,
        msPerStep === null ? 'failed' : `${msPerStep.toFixed(1)} ms`.padStart(9),
        msPerStep === null ? `${detail}: ${problem}` : detail,
      ]),
    ),
  ]
}

/** The report as a person reads it. */
export function doctorLines(report: DoctorReport): string[] {
  const { machine, threads, builds, versions } = report
  return [
    'Machine',
    ...indented([
      ['system', machine.platform],
      ['processor', `${machine.processor}, ${amount(machine.cores)} cores`],
      ['memory', `${size(machine.memoryBytes)}, ${size(machine.freeMemoryBytes)} free`],
      ['threads', threads.detail],
    ]),
    '',
    ...deviceLines(report),
    '',
    'Kernels of the processor',
    ...indented(builds.map(({ name, usable, detail }) => [name, usable ? 'usable' : 'not usable', detail])),
    ...timingLines(report),
    '',
    'Versions',
    ...indented(Object.entries(versions)),
  ]
}

/** Asks for the report and shows how far it is. */
async function diagnose(session: Session): Promise<DoctorReport> {
  const close = session.application.subscribe((name, body) => {
    if (name === 'measurement/changed') session.terminal.status(events[name].parse(body).message)
  })
  try {
    return await unlessInterrupted(
      session,
      ask(session, 'app/diagnose', { measure: true, measurement: 'doctor' }),
    )
  } finally {
    close()
    session.terminal.clearStatus()
  }
}

export function addDoctor(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .summary('say what this machine can do')
    .description(
      'Says which devices can train here and how long a step takes on each, why the others cannot and what to do, how much memory there is and which versions are in use. It takes a few seconds.',
    )
    .option('--json', 'print one JSON document')
    .action((flags: { json?: true }) =>
      perform(flags.json ?? false, async (session) => {
        const report = await diagnose(session)
        return { value: report, lines: doctorLines(report) }
      }),
    )
}
