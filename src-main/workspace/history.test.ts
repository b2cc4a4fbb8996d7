import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EpochRecord } from '@contract/run'
import { appendHistory, readHistory, startHistory } from './history'
import { runPaths } from './projectPaths'

const run = 'svae-plus-1'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  await mkdir(runPaths(folder, run).directory, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

function record(epoch: number, validation: number | null): EpochRecord {
  return {
    epoch,
    phase: epoch < 2 ? 1 : 2,
    seconds: 0.25,
    klWeight: 1,
    trainNegativeElbo: 1 / 3,
    trainReconstruction: 100.5,
    trainKl: 1e-9,
    validationNegativeElbo: validation,
    validationReconstruction: validation,
    validationKl: validation,
    sparsity: 39677.73828125,
    edges: 290,
  }
}

describe('history.csv', () => {
  it('gives back every digit of what was written', async () => {
    const epochs = [record(1, null), record(2, 2 / 3)]
    await startHistory(folder, run, epochs.slice(0, 1))
    await appendHistory(folder, run, epochs[1])
    expect(await readHistory(folder, run)).toEqual(epochs)
    const [header] = (await readFile(runPaths(folder, run).history, 'utf8')).split('\n')
    expect(header).toMatch(/^epoch,phase,seconds,kl_weight,train_negative_elbo,/)
  })

  it('starts anew with the epochs of a checkpoint', async () => {
    await startHistory(folder, run, [record(1, 1), record(2, 1)])
    await startHistory(folder, run, [record(1, 1)])
    expect(await readHistory(folder, run)).toHaveLength(1)
  })

  it('does not count a last line that is being written', async () => {
    await startHistory(folder, run, [record(1, 1)])
    await appendFile(runPaths(folder, run).history, '2,0.25,1,12')
    expect(await readHistory(folder, run)).toHaveLength(1)
  })

  it('names the line that is not valid', async () => {
    await startHistory(folder, run, [record(1, 1)])
    await appendFile(runPaths(folder, run).history, 'two,0.25\n')
    await expect(readHistory(folder, run)).rejects.toMatchObject({
      code: 'document/invalid',
      where: `${runPaths(folder, run).history}, line 3`,
    })
  })

  it('of a run that has not begun is empty', async () => {
    expect(await readHistory(folder, 'svae-plus-2')).toEqual([])
  })
})
