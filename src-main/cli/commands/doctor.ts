import type { Command } from 'commander'
import type { Perform } from '../command'
import { ask, unlessInterrupted } from '../session'
import { size, table } from '../wording'

export function addDoctor(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .summary('say what this machine can do')
    .description('Says which devices can train here, how much memory there is and which versions are in use.')
    .option('--json', 'print one JSON document')
    .action((flags: { json?: true }) =>
      perform(flags.json ?? false, async (session) => {
        const report = await unlessInterrupted(session, ask(session, 'app/diagnose', {}))
        const { machine, devices, chosen, versions } = report
        return {
          value: report,
          lines: [
            `Machine: ${machine.platform}, ${machine.cores} cores, ${size(machine.memoryBytes)} of memory, ${size(machine.freeMemoryBytes)} free`,
            'Devices:',
            ...devices.flatMap(({ name, usable, detail, hint }) => [
              `  ${name}: ${usable ? 'usable' : 'not usable'}. ${detail}`,
              ...(hint === '' ? [] : [`    What to do: ${hint}`]),
            ]),
            `"auto" takes ${chosen.name}: ${chosen.reason}`,
            'Versions:',
            ...table(Object.entries(versions).map(([name, version]) => [`  ${name}`, version])),
          ],
        }
      }),
    )
}
