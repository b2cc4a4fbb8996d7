import { particlesOfAStep, type Evaluation, type TransferEvaluation } from '@contract/evaluation'
import type { HoldOutRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import { cpuExecutor } from '../../compute/devices/cpuExecutor'
import type { Executor } from '../../compute/executor'
import { againstTruth, claimsOf, noTruth } from '../../evaluation/againstTruth'
import { heldOutLikelihood, transferEvaluation } from '../../evaluation/interventional'
import { recovery } from '../../evaluation/recovery'
import {
  fitShifts,
  hasShifts,
  heldOutData,
  reasonAgainstTransfer,
  retrainWithFixedMask,
  stepsOf,
  type TransferPart,
} from '../../evaluation/transfer'
import { readResults, type RunResults } from '../../formats/resultsFile'
import { refineLatents } from '../../interpretation/refineLatents'
import type { PreparedScreen } from '../../screen/screen'
import { encodeCheckpoint, type Checkpoint } from '../../training/checkpoint'
import { readBaselines } from '../../workspace/baselinesFile'
import { writeEvaluation } from '../../workspace/evaluationFile'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import { writeFileBeside } from '../../workspace/writeBeside'
import type { Job, JobContext } from '../job'
import { openScreenOf, readCheckpoint, requireCheckpoint, secondsBetweenCheckpoints } from '../runInputs'
import { computeBaselines } from '../screenBaselines'
import { shareOf } from '../shareOf'

type Progress = ReturnType<typeof shareOf>['onProgress']

/** Everything that the phases of one evaluation work with. */
interface Evaluating {
  readonly directory: string
  readonly run: Run
  readonly screen: PreparedScreen
  readonly trained: Checkpoint
  readonly executor: Executor
  readonly particles: number
  readonly context: JobContext
}

/** Shares of the job that its phases take, in order, from how much each has to do. */
function sharesOf<Phase extends string>(
  context: JobContext,
  work: Readonly<Record<Phase, number>>,
  phases: readonly Phase[],
): (phase: Phase) => Progress {
  const total = phases.reduce((sum, phase) => sum + work[phase], 0)
  return (phase) => {
    const before = phases.slice(0, phases.indexOf(phase)).reduce((sum, each) => sum + work[each], 0)
    return shareOf(context, before / total, (before + work[phase]) / total).onProgress
  }
}

const partMessages: Record<TransferPart, string> = {
  fixedMask: 'Training again with the mask fixed',
  shifts: 'Fitting the shifts of held-out perturbations',
}

/** Trains one part of the protocol, or goes on with it, and keeps its end. */
async function trainPart(
  part: TransferPart,
  from: Checkpoint,
  evaluating: Evaluating,
  onProgress: Progress,
): Promise<Checkpoint> {
  const { directory, run, screen, executor, context } = evaluating
  const path = runPaths(directory, run.id).transfer[part]
  const { epochs } = run.configuration
  const start = part === 'fixedMask' ? retrainWithFixedMask : fitShifts
  const outcome = await start(from, {
    screen,
    executor,
    resumeFrom: (await readCheckpoint(path)) ?? undefined,
    signal: context.signal,
    secondsBetweenCheckpoints,
    onProgress: (fraction, epoch) =>
      onProgress((epoch - 1 + fraction) / epochs, `${partMessages[part]}: epoch ${epoch} of ${epochs}`),
    onCheckpoint: (checkpoint) => writeFileBeside(path, encodeCheckpoint(checkpoint)),
  })
  context.signal.throwIfAborted()
  return outcome.checkpoint
}

/** The published transfer protocol on one run. */
async function transfer(evaluating: Evaluating): Promise<TransferEvaluation> {
  const { screen, trained, context, particles, executor } = evaluating
  const { signal } = context
  const batches =
    heldOutData(screen, trained.configuration).trainingCells.length / trained.configuration.batchSize
  const fits = hasShifts(trained)
  const share = sharesOf(
    context,
    {
      fixedMask: stepsOf('fixedMask', screen, trained) * particlesOfAStep,
      before: batches * particles,
      shifts: fits ? stepsOf('shifts', screen, trained) * particlesOfAStep : 0,
      after: fits ? batches * particles : 0,
    },
    ['fixedMask', 'before', 'shifts', 'after'],
  )
  const likelihood = (checkpoint: Checkpoint, phase: 'before' | 'after') =>
    heldOutLikelihood(checkpoint, screen, { executor, particles, signal, onProgress: share(phase) })

  const retrained = await trainPart('fixedMask', trained, evaluating, share('fixedMask'))
  const before = await likelihood(retrained, 'before')
  const epochs = { fixedMask: retrained.progress.epoch, shifts: 0 }
  if (!fits) return transferEvaluation(before, before, screen.perturbations, epochs)
  const fitted = await trainPart('shifts', retrained, evaluating, share('shifts'))
  const after = await likelihood(fitted, 'after')
  return transferEvaluation(before, after, screen.perturbations, { ...epochs, shifts: fitted.progress.epoch })
}

/** What the truth says of latents that know the label of each cell; null for a real screen. */
async function refinedRecovery(
  trained: Checkpoint,
  results: RunResults,
  executor: Executor,
  { signal, progress }: JobContext,
): Promise<Evaluation['refined']> {
  const { screen } = results
  if (!screen.truth) return null
  const onProgress = (_: number | null, message: string) => progress(null, message)
  const { means, negativeElbo } = await refineLatents(trained, screen, { executor, signal, onProgress })
  return { negativeElbo, recovery: recovery({ ...results, latentMeans: means }, screen.truth) }
}

/** Computes the simple rows beside the run where the screen has none yet. */
async function addBaselines(
  directory: string,
  { screenSha256, configuration }: Run,
  screen: PreparedScreen,
  holdOut: HoldOutRecipe,
  { signal, progress }: JobContext,
): Promise<void> {
  if (await readBaselines(directory, screenSha256)) return
  const { latents: components, compareWithin } = configuration
  const options = { components, compareWithin, screenSha256, holdOut }
  // The share of the whole is not known: it depends on what of the run was kept.
  const onProgress = (_: number | null, message: string) => progress(null, message)
  await computeBaselines(directory, screen, options, { signal, onProgress })
}

/** Judges a run on the processor. What was trained on the way is kept: an evaluation that was cancelled goes on there. */
export const evaluate: Job<'evaluate'> = async (
  { directory, run: id, particles, refine, holdOut },
  context,
) => {
  context.progress(0, 'Opening the screen and the run')
  const run = await readRun(directory, id)
  const trained = await requireCheckpoint(directory, id)
  const screen = await openScreenOf(directory, run)
  const results = await readResults(runPaths(directory, id).results)
  const { missing: missingTruth, ...truth } = againstTruth(claimsOf(results), screen.truth)
  await addBaselines(directory, run, screen, holdOut, context)
  const against = reasonAgainstTransfer(trained, screen.heldOut)
  const executor = await cpuExecutor(run.configuration.threads)
  const validationNegativeElbo = run.metrics?.validationNegativeElbo ?? null
  const refined = refine ? await refinedRecovery(trained, results, executor, context) : null
  const missing: Evaluation['missing'] = [...missingTruth]
  if (refine && refined === null) missing.push({ part: 'refined', reason: noTruth })
  if (against !== null) missing.push({ part: 'transfer', reason: against })
  if (validationNegativeElbo === null) {
    missing.push({ part: 'validationNegativeElbo', reason: 'No cells were kept for validation.' })
  }
  await writeEvaluation(directory, {
    schemaVersion: 1,
    run: id,
    model: run.configuration.model,
    createdAt: new Date().toISOString(),
    holdOut,
    validationNegativeElbo,
    transfer:
      against === null
        ? await transfer({ directory, run, screen, trained, executor, particles, context })
        : null,
    ...truth,
    refined,
    missing,
  })
  return {}
}
