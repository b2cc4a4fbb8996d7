import { once } from 'node:events'
import type { Command } from 'commander'
import { startServer } from '../../serve/server'
import type { Perform } from '../command'
import { wholeNumber } from '../flags'

const defaultPort = 4173

export function addServe(program: Command, perform: Perform): void {
  program
    .command('serve')
    .summary('open the app in a browser on this machine')
    .description(
      'Serves the app to browsers on this machine only and prints its address, which holds the key to it. Ctrl-C ends it; training keeps a checkpoint.',
    )
    .option(
      '--port <n>',
      'port to listen on; 0 takes a free one',
      wholeNumber({ from: 0, to: 65_535 }),
      defaultPort,
    )
    .option('--json', 'print one JSON document with the address')
    .action((flags: { port: number; json?: true }) =>
      perform(
        flags.json ?? false,
        async (session) => {
          const { application, rendererDirectory, interruption, terminal } = session
          const server = await startServer({ application, port: flags.port, rendererDirectory })
          try {
            // Said now, not at the end: the address is what the command is for.
            const shown = flags.json
              ? JSON.stringify({ ok: true, value: { address: server.address } }, null, 2)
              : server.address
            terminal.print(shown)
            if (!interruption.aborted) await once(interruption, 'abort')
          } finally {
            await server.close()
          }
          return null
        },
        { face: 'serve' },
      ),
    )
}
