import { parseArgs } from 'node:util'
import { stepShapes } from '../training/stepWorkload'
import { tableLines, wholeNumber, type Benchmark } from './benchmark'
import { trainTimed, type EpochTiming, type TimedTraining } from './timedTraining'

/** Some hundred steps an epoch. */
const defaultCells = '25600'

/** The whole epoch against its steps, with everything else that it does. */
export function rowOfEpoch(label: string, timing: EpochTiming): string[] {
  const { seconds, stepSeconds, evaluationSeconds } = timing
  const rest = seconds - stepSeconds - evaluationSeconds
  return [
    label,
    ...[seconds, stepSeconds, evaluationSeconds, rest].map((value) => value.toFixed(2)),
    (seconds / stepSeconds).toFixed(3),
  ]
}

export const epochHeadings = ['epoch', 'seconds', 'its steps', 'validation', 'the rest', 'epoch / steps']

/** Whole epochs against the sum of their steps, for both screens of the paper. */
export const epoch: Benchmark = {
  summary: 'Whole epochs, with batches, noise, validation and history, against the sum of their steps.',
  flags: '[--cells N] [--epochs N] [--threads N]',
  measure: async (flags) => {
    const { values } = parseArgs({
      args: [...flags],
      options: {
        cells: { type: 'string', default: defaultCells },
        epochs: { type: 'string', default: '2' },
        threads: { type: 'string' },
      },
    })
    const threads = values.threads === undefined ? undefined : wholeNumber('--threads', values.threads)
    const size = {
      cells: wholeNumber('--cells', values.cells),
      epochs: wholeNumber('--epochs', values.epochs),
      threads,
    }
    const shapes: (TimedTraining & { readonly shape: string })[] = []
    for (const [shape, numbers] of Object.entries(stepShapes)) {
      shapes.push({ shape, ...(await trainTimed(numbers, size)) })
    }
    const rows = shapes.flatMap(({ shape, epochs }) =>
      epochs.map((timing, at) => rowOfEpoch(`${shape} ${at + 1}`, timing)),
    )
    return {
      figures: { shapes },
      lines: [
        ...tableLines(epochHeadings, rows),
        '',
        `${size.cells} cells, ${shapes[0].threads} threads. Before the first epoch, once in a run: ${shapes
          .map(({ shape, openingSeconds }) => `${openingSeconds.toFixed(2)} s (${shape})`)
          .join(', ')}.`,
      ],
    }
  },
}
