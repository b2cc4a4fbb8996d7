import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runSchema, type Run } from '@contract/run'
import { readResults } from '../formats/resultsFile'
import { writeSmallScreen } from '../tasks/smallScreenFiles'
import { readHistory } from '../workspace/history'
import { childrenOf, startShiftscope, type Started } from './runShiftscope'

/**
 * Training that is killed or interrupted, in real processes. Every run here has the same settings, so that each must
 * end with the results of the one that nobody disturbed.
 */

const settings = ['--latents', '3', '--epochs', '40', '--batch-size', '64', '--warm-up', '5', '--seed', '9']
const id = 'svae-plus-1'
let folder: string
/** A prepared project, to be copied. */
let prepared: string
/** The same with a run that was never disturbed. */
let undisturbed: string
let project: string
let copies = 0

function start(...words: string[]): Started {
  return startShiftscope(words, { SHIFTSCOPE_CHECKPOINT_SECONDS: '0' })
}

async function done(...words: string[]): Promise<void> {
  const { code, errors } = await start(...words).ended
  expect({ code, errors }).toMatchObject({ code: 0 })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  prepared = join(folder, 'prepared')
  undisturbed = join(folder, 'undisturbed')
  const { counts, guides, guideTargets } = await writeSmallScreen(join(folder, 'files'))
  await done('import', counts, '--guides', guides, '--guide-targets', guideTargets, '--project', prepared)
  await done('prepare', '--project', prepared, '--genes', 'all')
  await cp(prepared, undisturbed, { recursive: true })
  await done('train', '--project', undisturbed, ...settings)
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

beforeEach(async () => {
  project = join(folder, `copy-${++copies}`)
  await cp(prepared, project, { recursive: true })
})

async function readRunFile(directory: string): Promise<Run> {
  return runSchema.parse(JSON.parse(await readFile(join(directory, 'runs', id, 'run.json'), 'utf8')))
}

/** Starts training and waits until a few epochs and a checkpoint are on disk. */
async function trainSomeEpochs(): Promise<Started> {
  const started = start('train', '--project', project, ...settings)
  await expect
    .poll(async () => (await readHistory(project, id)).length, { timeout: 15_000, interval: 10 })
    .toBeGreaterThan(2)
  return started
}

async function resultsOf(directory: string) {
  return readResults(join(directory, 'runs', id, 'results.h5ad'))
}

/** Resumes the run and compares all its numbers with those of the undisturbed run, bit for bit. */
async function expectResumeToEqualUndisturbed(): Promise<void> {
  await done('train', '--project', project, '--resume', id)
  const [resumed, whole] = [await resultsOf(project), await resultsOf(undisturbed)]
  for (const name of ['latentMeans', 'probability', 'shift', 'geneScores'] as const) {
    expect(resumed[name]?.length, name).toBeGreaterThan(0)
    expect(resumed[name], name).toEqual(whole[name])
  }
  const withoutSeconds = async (directory: string) =>
    (await readHistory(directory, id)).map((record) => ({ ...record, seconds: 0 }))
  expect(await withoutSeconds(project)).toEqual(await withoutSeconds(undisturbed))
  const run = await readRunFile(project)
  expect(run).toMatchObject({ state: 'done', epochsDone: 40, problem: null })
  expect(run.metrics?.edges).toBe((await readRunFile(undisturbed)).metrics?.edges)
  expect((await readdir(join(project, 'runs', id))).sort()).toEqual([
    'checkpoint.safetensors',
    'history.csv',
    'results.h5ad',
    'run.json',
  ])
}

describe('training', () => {
  it('whose worker is killed is interrupted, and its resumed run equals an undisturbed one', async () => {
    const { process: child, ended } = await trainSomeEpochs()
    const workers = childrenOf(child.pid ?? 0)
    expect(workers).toHaveLength(1)
    process.kill(workers[0], 'SIGKILL')
    const { code, output, errors } = await ended
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(errors).toContain('SIGKILL')
    const run = await readRunFile(project)
    expect(run).toMatchObject({ state: 'interrupted', problem: { code: 'training/interrupted' } })
    expect(run.epochsDone).toBeGreaterThan(0)
    await expectResumeToEqualUndisturbed()
  }, 60_000)

  it('whose main process is killed leaves a project that opens, and a run that can go on', async () => {
    const { process: child, ended } = await trainSomeEpochs()
    const [worker] = childrenOf(child.pid ?? 0)
    child.kill('SIGKILL')
    await ended
    // The worker ends by itself.
    await expect
      .poll(() => childrenOf(process.pid).includes(worker) || isAlive(worker), { timeout: 5000 })
      .toBe(false)
    expect((await readRunFile(project)).state).toBe('running')
    expect(await readdir(project)).toContain('project.lock')
    await expectResumeToEqualUndisturbed()
    expect(await readdir(project)).not.toContain('project.lock')
  }, 60_000)

  it('that Ctrl-C stops ends with 130, keeps a checkpoint and says how to go on', async () => {
    const { process: child, ended } = await trainSomeEpochs()
    child.kill('SIGINT')
    const { code, output, errors } = await ended
    expect({ code, output }).toEqual({ code: 130, output: '' })
    expect(errors).toContain(`shiftscope train --project ${project} --resume ${id}`)
    expect(await readRunFile(project)).toMatchObject({ state: 'paused', problem: null })
    await expectResumeToEqualUndisturbed()
  }, 60_000)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
