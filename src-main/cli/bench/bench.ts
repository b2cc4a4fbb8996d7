import { cpus } from 'node:os'
import { Command } from 'commander'
import { chooseDevice, listDevices } from '../../compute/devices'
import { wholeNumber } from '../flags'
import { timeStep } from './timeStep'

/** The benches' entry, built to out/main/bench.js; `npm run bench -- step`. */

interface StepFlags {
  batchSize: number
  genes: number[]
  perturbations: number
  latents: number
  warming: number
  steps: number
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Times a step on every engine that this machine has, at several numbers of genes. */
async function step({ genes, warming, steps, ...shape }: StepFlags): Promise<void> {
  const { batchSize, perturbations, latents } = shape
  print(`Node ${process.version}, ${cpus().length} × ${cpus().at(0)?.model.trim() ?? 'unknown processor'}`)
  print(`sVAE+, ${batchSize} cells a step, ${perturbations} perturbations, ${latents} latents`)
  print(`Milliseconds a step over ${steps} steps, after ${warming} that are not timed`)
  for (const device of (await listDevices()).filter(({ usable }) => usable)) {
    print(`\n${device.name}: ${device.detail}`)
    print('   genes     median    fastest    slowest    cells/s')
    const { executor } = await chooseDevice(device.name)
    for (const count of genes) {
      const times = await timeStep(executor, { ...shape, genes: count }, warming, steps)
      const figures = [times.median, times.fastest, times.slowest].map((time) => time.toFixed(1))
      const columns = [...figures, times.cellsPerSecond.toFixed(0)].map((text) => text.padStart(10))
      print(`${String(count).padStart(8)} ${columns.join(' ')}`)
    }
  }
}

const atLeastOne = wholeNumber({ from: 1 })
const program = new Command('bench').description('Times parts of Shiftscope on this machine.')
program
  .command('step')
  .description('one training step of sVAE+: forward, backward, Adam')
  .option('--batch-size <n>', 'cells of a step', wholeNumber({ from: 3 }), 128)
  .option(
    '--genes <n...>',
    'numbers of genes',
    (text: string, before: number[]) => [...before, atLeastOne(text)],
    [],
  )
  .option('--perturbations <n>', 'perturbations', atLeastOne, 100)
  .option('--latents <n>', 'latents', atLeastOne, 15)
  .option('--warming <n>', 'steps before the timed ones', atLeastOne, 3)
  .option('--steps <n>', 'timed steps', atLeastOne, 20)
  .action((flags: StepFlags) =>
    step({ ...flags, genes: flags.genes.length > 0 ? flags.genes : [300, 1000, 3000] }),
  )
await program.parseAsync()
