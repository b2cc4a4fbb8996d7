import { parseArgs } from 'node:util'
import { stepShapes } from '../training/stepWorkload'
import { tableLines, wholeNumber, type Benchmark } from './benchmark'
import { epochHeadings, rowOfEpoch } from './epoch'
import { trainTimed } from './timedTraining'

/** Epochs of the paper. */
const epochsOfRun = 300

/** A screen of the size of Norman et al., trained for two epochs, and what the paper's 300 would take. */
export const screen: Benchmark = {
  summary: 'Two epochs on a synthetic screen of the size of Norman et al., and what 300 would take.',
  flags: '[--cells N] [--epochs N] [--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({
      args: [...flags],
      options: {
        cells: { type: 'string', default: '96000' },
        epochs: { type: 'string', default: '2' },
        threads: { type: 'string' },
      },
    })
    const threads = values.threads === undefined ? undefined : wholeNumber('--threads', values.threads)
    const training = await trainTimed(stepShapes.norman, {
      cells: wholeNumber('--cells', values.cells),
      epochs: wholeNumber('--epochs', values.epochs),
      threads,
    })
    const { epochs, cells, countBytes, peakMemoryBytes, makingSeconds } = training
    const secondsPerEpoch = epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length
    const extrapolatedMinutes = (secondsPerEpoch * epochsOfRun) / 60
    const beyondCountsBytes = peakMemoryBytes - countBytes
    const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
    return {
      figures: { ...training, secondsPerEpoch, extrapolatedMinutes, beyondCountsBytes },
      lines: [
        ...tableLines(
          epochHeadings,
          epochs.map((timing, at) => rowOfEpoch(String(at + 1), timing)),
        ),
        '',
        `${cells} cells × ${stepShapes.norman.genes} genes (made in ${makingSeconds.toFixed(1)} s), ${training.threads} threads.`,
        `${secondsPerEpoch.toFixed(2)} s an epoch: ${extrapolatedMinutes.toFixed(1)} minutes for ${epochsOfRun}, extrapolated.`,
        `Peak memory ${mebibytes(peakMemoryBytes)}: prepared counts ${mebibytes(countBytes)}, beyond them ${mebibytes(beyondCountsBytes)}.`,
      ],
    }
  },
}
