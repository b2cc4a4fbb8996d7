import { asProblem } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { EpochRecord, Run } from '@contract/run'
import type { Executor } from '../../compute/executor'
import { chooseDevice, type ChosenDevice } from '../../compute/devices/choose'
import { ownDevices } from '../../compute/devices/devices'
import { writeResults } from '../../formats/resultsFile'
import { interpret } from '../../interpretation/interpret'
import { cellLevels } from '../../screen/cellLevels'
import type { PreparedScreen } from '../../screen/screen'
import { closeFitNotice } from '../../training/closeFit'
import { covariateNotices } from '../../training/covariates'
import { encodeCheckpoint, type Checkpoint } from '../../training/checkpoint'
import { openMaskNotice } from '../../training/openMask'
import { train as trainModel, type TrainingOutcome } from '../../training/train'
import { plannedWork } from '../../training/plannedWork'
import { trainingData, type TrainingData } from '../../training/trainingData'
import { appendHistory, startHistory } from '../../workspace/history'
import { runPaths } from '../../workspace/projectPaths'
import { readRun, writeRun } from '../../workspace/runFiles'
import { writeBeside, writeFileBeside } from '../../workspace/writeBeside'
import { fallbackOf } from '../deviceFallback'
import type { Job, JobContext } from '../job'
import { openScreenOf, readCheckpoint, secondsBetweenCheckpoints } from '../runInputs'
import { shareOf } from '../shareOf'
import { engineVersions, timingsOfThisMachine } from '../thisMachine'

/** Share of the job that training takes; the rest is interpreting the model. */
const trainingShare = 0.9

function epochMessage(record: EpochRecord | undefined, epoch: number, epochs: number): string {
  const counter = `epoch ${epoch} of ${epochs}`
  if (!record) return counter
  const loss = record.validationNegativeElbo ?? record.trainNegativeElbo
  const figures = `${counter}, negative ELBO ${loss.toFixed(2)}`
  return record.edges === null ? figures : `${figures}, ${record.edges} edges`
}

/** The run as it stands, kept in `run.json`, and the device that it is on. */
interface RunUnderWay {
  run: Run
  device: Pick<ChosenDevice, 'name' | 'executor'>
}

/** Keeps a notice in `run.json` before it is told: who hears it finds it there. */
async function giveNotice(
  directory: string,
  current: RunUnderWay,
  message: string,
  context: JobContext,
): Promise<void> {
  const notice = { at: new Date().toISOString(), message }
  current.run = { ...current.run, notices: [...current.run.notices, notice] }
  await writeRun(directory, current.run)
  context.notice(message)
}

/** Leaves a device that failed for what takes over. */
async function changeOver(
  directory: string,
  current: RunUnderWay,
  executor: Executor,
  message: string,
  context: JobContext,
): Promise<void> {
  // What is known of the GPUs is not true any more.
  ownDevices.forget()
  const { configuration } = current.run
  current.device = { name: 'cpu', executor }
  current.run = {
    ...current.run,
    configuration: { ...configuration, threads: executor.threads ?? configuration.threads },
    device: { name: 'cpu', detail: `${executor.detail}. ${message}` },
  }
  await giveNotice(directory, current, message, context)
}

/** Says what the covariates of the run make doubtful, once. */
async function noteCovariates(
  directory: string,
  current: RunUnderWay,
  screen: PreparedScreen,
  context: JobContext,
): Promise<void> {
  const told = new Set(current.run.notices.map(({ message }) => message))
  for (const notice of covariateNotices(screen, current.run.configuration.covariates)) {
    if (!told.has(notice)) await giveNotice(directory, current, notice, context)
  }
}

/** Keeps the configuration as it is computed, and says so where fewer threads started than were to. */
async function noteThreads(
  directory: string,
  current: RunUnderWay,
  started: ModelRecipe,
  context: JobContext,
): Promise<void> {
  const wanted = current.run.configuration.threads ?? current.device.executor.threads ?? null
  const { device } = current.run
  current.run = { ...current.run, configuration: started }
  if (!device || wanted === null || started.threads === null || started.threads >= wanted) {
    return writeRun(directory, current.run)
  }
  const takes = started.threads === 1 ? 'one' : String(started.threads)
  const message = `The run was to take ${wanted} threads and takes ${takes}: this computer did not start the others.`
  current.run = { ...current.run, device: { ...device, detail: `${device.detail} ${message}` } }
  await giveNotice(directory, current, message, context)
}

/** Trains until done or paused, keeping history, checkpoints and `run.json` as it goes. */
async function trainRun(
  directory: string,
  current: RunUnderWay,
  data: TrainingData,
  context: JobContext,
): Promise<TrainingOutcome> {
  const { id, configuration } = current.run
  const { epochs } = configuration
  const paths = runPaths(directory, id)
  const checkpoint = await readCheckpoint(paths.checkpoint)
  let latest = checkpoint?.progress.history.at(-1)
  // Epochs after the checkpoint are trained again: their lines would be there twice.
  const beginAfter = async (history: readonly EpochRecord[]) => {
    await startHistory(directory, id, history)
    latest = history.at(-1)
    current.run = { ...current.run, epochsDone: history.length }
    await writeRun(directory, current.run)
  }
  await beginAfter(checkpoint?.progress.history ?? [])
  const fallback = fallbackOf(current.device, configuration)
  let next = current.device.executor

  return trainModel({
    data,
    configuration,
    resumeFrom: checkpoint ?? undefined,
    executor: current.device.executor,
    onStart: (started) => noteThreads(directory, current, started, context),
    fallback: fallback && {
      covers: fallback.covers,
      start: async () => (next = await fallback.start()),
      onFallback: async ({ reason, from, history }) => {
        await beginAfter(history)
        const { failed, instead } = fallback.told(reason)
        const message = `${failed} The run goes on ${instead} from ${from}.`
        await changeOver(directory, current, next, message, context)
      },
    },
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
      await appendHistory(directory, id, record)
      context.epoch(record)
      context.log(epochMessage(record, record.epoch, epochs))
    },
    onCheckpoint: async (kept) => {
      await writeFileBeside(paths.checkpoint, encodeCheckpoint(kept))
      current.run = { ...current.run, epochsDone: kept.progress.epoch }
      await writeRun(directory, current.run)
    },
  })
}

/** Interprets the model on the run's device, or on what takes over where that fails. */
async function interpretRun(
  directory: string,
  current: RunUnderWay,
  checkpoint: Checkpoint,
  screen: PreparedScreen,
  context: JobContext,
): ReturnType<typeof interpret> {
  const on = (executor: Executor) =>
    interpret(checkpoint, screen, {
      signal: context.signal,
      executor,
      ...shareOf(context, trainingShare, 0.98),
    })
  try {
    return await on(current.device.executor)
  } catch (error) {
    const fallback = fallbackOf(current.device, current.run.configuration)
    if (!fallback?.covers(error) || context.signal.aborted) throw error
    const { failed, instead } = fallback.told(asProblem(error).message.replace(/\.$/, ''))
    const next = await fallback.start()
    const message = `${failed} Training was done; the results are computed ${instead}.`
    await changeOver(directory, current, next, message, context)
    return on(next)
  }
}

/** Chooses the device, and tells what it is and why. */
async function startOnDevice(
  directory: string,
  queued: Run,
  data: TrainingData,
  settingsDirectory: string,
  context: JobContext,
): Promise<RunUnderWay> {
  const { configuration, versions } = queued
  const { name, executor, reason, notices } = await chooseDevice(
    ownDevices,
    {
      device: configuration.device,
      threads: configuration.threads,
      begunOn: queued.device?.name ?? null,
      work: plannedWork(data, configuration),
    },
    timingsOfThisMachine(settingsDirectory),
    { signal: context.signal, onProgress: (_, message) => context.progress(0, message) },
  )
  const run: Run = {
    ...queued,
    state: 'running',
    problem: null,
    device: { name, detail: `${executor.detail}. ${reason}` },
    versions: { ...versions, ...engineVersions() },
  }
  const current: RunUnderWay = { run, device: { name, executor } }
  for (const notice of notices) await giveNotice(directory, current, notice, context)
  return current
}

/** Trains a run and interprets it. Cancelling keeps a checkpoint from which the run goes on. */
export const train: Job<'train'> = async ({ directory, run: id, settingsDirectory }, context) => {
  context.progress(0, 'Opening the screen')
  const queued = await readRun(directory, id)
  const screen = await openScreenOf(directory, queued)
  // A column that is not there should be known before training, not after it.
  cellLevels(screen, queued.configuration.compareWithin)
  const data = trainingData(screen, queued.configuration)
  const current = await startOnDevice(directory, queued, data, settingsDirectory, context)
  await noteCovariates(directory, current, screen, context)
  const outcome = await trainRun(directory, current, data, context)
  const { signal } = context
  if (outcome.state === 'paused' || signal.aborted || !outcome.metrics) {
    await writeRun(directory, { ...current.run, state: 'paused' })
    signal.throwIfAborted()
    throw new Error('Training paused without being asked to.')
  }

  const interpreted = await interpretRun(directory, current, outcome.checkpoint, screen, context)
  context.progress(0.98, 'Writing the results')
  await writeBeside(runPaths(directory, id).results, (path) =>
    writeResults(path, { screen, ...interpreted }, { signal }),
  )
  const { configuration, cells } = current.run
  const doubts = [
    openMaskNotice(configuration, outcome.metrics, cells.train),
    closeFitNotice(configuration, outcome.checkpoint.progress.history),
  ]
  for (const doubt of doubts) {
    if (doubt !== null) await giveNotice(directory, current, doubt, context)
  }
  await writeRun(directory, {
    ...current.run,
    state: 'done',
    finishedAt: new Date().toISOString(),
    stoppedBecause: outcome.stoppedBecause,
    // The system counts in KiB.
    metrics: { ...outcome.metrics, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 },
  })
  return {}
}
