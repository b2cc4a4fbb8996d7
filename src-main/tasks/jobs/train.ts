import { readFile } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'
import type { EpochRecord, Run } from '@contract/run'
import { chooseDevice, type ChosenDevice } from '../../compute/devices'
import { writeResults } from '../../formats/resultsFile'
import { readPreparedScreen } from '../../formats/screenFile'
import { interpret } from '../../interpretation/interpret'
import type { PreparedScreen } from '../../screen/screen'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../training/checkpoint'
import { train as trainModel, type TrainingOutcome } from '../../training/train'
import { trainingData } from '../../training/trainingData'
import { appendHistory, startHistory } from '../../workspace/history'
import { projectPaths, runPaths } from '../../workspace/projectPaths'
import { readRun, writeRun } from '../../workspace/runFiles'
import { sha256OfFile } from '../../workspace/sources'
import { writeBeside, writeFileBeside } from '../../workspace/writeBeside'
import type { Job, JobContext } from '../job'
import { shareOf } from '../shareOf'
import { engineVersions } from './diagnose'

/** Share of the job that training takes; the rest is interpreting the model. */
const trainingShare = 0.9

/** At most so much work is lost in a crash; the variable SHIFTSCOPE_CHECKPOINT_SECONDS sets another interval. */
const secondsBetweenCheckpoints = Number(process.env.SHIFTSCOPE_CHECKPOINT_SECONDS ?? 20)

/** The screen that the run is of. @throws `training/otherScreen` when it was prepared anew since */
async function openScreenOf(directory: string, run: Run): Promise<PreparedScreen> {
  const path = projectPaths(directory).screen
  if ((await sha256OfFile(path)) === run.screenSha256) return readPreparedScreen(path)
  throw new ShiftscopeError({
    code: 'training/otherScreen',
    message: `The screen was prepared again since run ${run.id} began, so the run cannot go on.`,
    where: path,
    hint: 'Start a new run on the screen as it is now.',
  })
}

/** The run's checkpoint; null when it has none yet. @throws `checkpoint/damaged` */
async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  try {
    // As plain bytes: a Buffer's slice shares memory where an array's copies.
    return decodeCheckpoint(new Uint8Array(await readFile(path)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function epochMessage(record: EpochRecord | undefined, epoch: number, epochs: number): string {
  const counter = `epoch ${epoch} of ${epochs}`
  if (!record) return counter
  const loss = record.validationNegativeElbo ?? record.trainNegativeElbo
  const figures = `${counter}, negative ELBO ${loss.toFixed(2)}`
  return record.edges === null ? figures : `${figures}, ${record.edges} edges`
}

/** Trains until done or paused, keeping history, checkpoints and `run.json` as it goes. */
async function trainRun(
  directory: string,
  start: Run,
  screen: PreparedScreen,
  device: ChosenDevice,
  context: JobContext,
): Promise<{ run: Run; outcome: TrainingOutcome }> {
  const paths = runPaths(directory, start.id)
  const { epochs } = start.configuration
  const checkpoint = await readCheckpoint(paths.checkpoint)
  const known = checkpoint?.progress.history ?? []
  // Epochs after the checkpoint are trained again: their lines would be there twice.
  await startHistory(directory, start.id, known)
  let latest = known.at(-1)
  let run: Run = { ...start, epochsDone: known.length }
  await writeRun(directory, run)

  const outcome = await trainModel({
    data: trainingData(screen),
    configuration: run.configuration,
    resumeFrom: checkpoint ?? undefined,
    executor: device.executor,
    signal: context.signal,
    finishSignal: context.finishSignal,
    secondsBetweenCheckpoints,
    onProgress: (fraction, epoch) =>
      context.progress(
        (trainingShare * (epoch - 1 + fraction)) / epochs,
        epochMessage(latest, epoch, epochs),
      ),
    onEpoch: async (record) => {
      latest = record
      await appendHistory(directory, run.id, record)
      context.epoch(record)
      context.log(epochMessage(record, record.epoch, epochs))
    },
    onCheckpoint: async (kept) => {
      await writeFileBeside(paths.checkpoint, encodeCheckpoint(kept))
      run = { ...run, epochsDone: kept.progress.epoch }
      await writeRun(directory, run)
    },
  })
  return { run, outcome }
}

/** Trains a run and interprets it. Cancelling keeps a checkpoint from which the run goes on. */
export const train: Job<'train'> = async ({ directory, run: id }, context) => {
  context.progress(0, 'Opening the screen')
  const queued = await readRun(directory, id)
  const screen = await openScreenOf(directory, queued)
  const device = await chooseDevice(queued.configuration)
  const { name, detail } = device.device
  const started: Run = {
    ...queued,
    state: 'running',
    problem: null,
    device: { name, detail: `${detail}. ${device.reason}` },
    versions: { ...queued.versions, ...engineVersions() },
  }
  const { run, outcome } = await trainRun(directory, started, screen, device, context)
  const { signal } = context
  if (outcome.state === 'paused' || signal.aborted || !outcome.metrics) {
    await writeRun(directory, { ...run, state: 'paused' })
    signal.throwIfAborted()
    throw new Error('Training paused without being asked to.')
  }

  const interpreted = await interpret(outcome.checkpoint, screen, {
    signal,
    executor: device.executor,
    ...shareOf(context, trainingShare, 0.98),
  })
  context.progress(0.98, 'Writing the results')
  await writeBeside(runPaths(directory, id).results, (path) =>
    writeResults(path, { screen, ...interpreted }, { signal }),
  )
  await writeRun(directory, {
    ...run,
    state: 'done',
    finishedAt: new Date().toISOString(),
    stoppedBecause: outcome.stoppedBecause,
    // The system counts in KiB.
    metrics: { ...outcome.metrics, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 },
  })
  return {}
}
