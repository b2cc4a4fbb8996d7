import { open } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'
import { epochRecordSchema, type EpochRecord } from '@contract/run'
import { readTextIfThere } from './documents'
import { runPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

/** Columns of `history.csv`, in order, with the field each holds. */
const columns = [
  ['epoch', 'epoch'],
  ['phase', 'phase'],
  ['seconds', 'seconds'],
  ['kl_weight', 'klWeight'],
  ['train_negative_elbo', 'trainNegativeElbo'],
  ['train_reconstruction', 'trainReconstruction'],
  ['train_kl', 'trainKl'],
  ['validation_negative_elbo', 'validationNegativeElbo'],
  ['validation_reconstruction', 'validationReconstruction'],
  ['validation_kl', 'validationKl'],
  ['sparsity', 'sparsity'],
  ['edges', 'edges'],
] as const satisfies readonly (readonly [string, keyof EpochRecord])[]

const headerLine = `${columns.map(([name]) => name).join(',')}\n`

function lineOf(record: EpochRecord): string {
  return `${columns.map(([, field]) => record[field] ?? '').join(',')}\n`
}

/** @param names of the columns of this file: runs of earlier versions have fewer */
function parseLine(line: string, names: readonly string[], file: string, lineNumber: number): EpochRecord {
  const cells = line.split(',')
  const values = new Map(names.map((name, i) => [name, cells[i] === '' ? null : Number(cells[i])]))
  const parsed = epochRecordSchema.safeParse(
    Object.fromEntries(columns.map(([name, field]) => [field, values.get(name)])),
  )
  if (cells.length === names.length && parsed.success) return parsed.data
  throw new ShiftscopeError({
    code: 'document/invalid',
    message: 'A line of the training history is not valid.',
    where: `${file}, line ${lineNumber}`,
    hint: 'Delete the line, or train the run again.',
    details: line,
  })
}

/**
 * Reads `history.csv`. A last line without an end, left by a crash or written this moment, is not counted.
 * @throws `document/invalid` with file and line
 */
export async function readHistory(directory: string, run: string): Promise<EpochRecord[]> {
  const file = runPaths(directory, run).history
  const text = (await readTextIfThere(file)) ?? ''
  const [header = '', ...lines] = text.split('\n').slice(0, -1)
  const names = header.split(',')
  return lines.map((line, i) => parseLine(line, names, file, i + 2))
}

/** Starts the history anew with the epochs given; those after a checkpoint are trained again. */
export async function startHistory(
  directory: string,
  run: string,
  epochs: readonly EpochRecord[],
): Promise<void> {
  await writeFileBeside(runPaths(directory, run).history, headerLine + epochs.map(lineOf).join(''))
}

/** Adds an epoch. When the disk has no room, the line is taken back whole. */
export async function appendHistory(directory: string, run: string, record: EpochRecord): Promise<void> {
  const handle = await open(runPaths(directory, run).history, 'a')
  try {
    const { size } = await handle.stat()
    try {
      await handle.appendFile(lineOf(record))
    } catch (error) {
      await handle.truncate(size)
      throw error
    }
  } finally {
    await handle.close()
  }
}
