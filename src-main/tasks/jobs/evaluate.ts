import { ShiftscopeError } from '@contract/errors'
import type { Evaluation, TransferEvaluation } from '@contract/evaluation'
import type { Run } from '@contract/run'
import { cpuExecutor } from '../../compute/devices/cpuExecutor'
import type { Executor } from '../../compute/executor'
import { heldOutLikelihood, transferEvaluation } from '../../evaluation/interventional'
import { graphEvaluation, recovery } from '../../evaluation/recovery'
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
import type { PreparedScreen } from '../../screen/screen'
import { encodeCheckpoint, type Checkpoint } from '../../training/checkpoint'
import { writeEvaluation } from '../../workspace/evaluationFile'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import { writeFileBeside } from '../../workspace/writeBeside'
import type { Job, JobContext } from '../job'
import { openScreenOf, readCheckpoint, secondsBetweenCheckpoints } from '../runInputs'
import { shareOf } from '../shareOf'

/** What a step of the optimiser takes, in particles of a whole batch of cells. */
const particlesOfAStep = 12

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
  const batches = heldOutData(screen).trainingCells.length / trained.configuration.batchSize
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

type TruthParts = Pick<Evaluation, 'recovery' | 'graph' | 'missing'>

/** What the truth of a simulated screen says of the run. */
function compareWithTruth(results: RunResults, { truth }: PreparedScreen): TruthParts {
  const without = (reason: string): TruthParts['missing'] =>
    (['recovery', 'graph'] as const).map((part) => ({ part, reason }))
  if (!truth) {
    const missing = without('The screen is a real one: only simulated screens hold their truth.')
    return { recovery: null, graph: null, missing }
  }
  const recovered = recovery(results, truth)
  if (results.trained.filter(Boolean).length < 2) {
    const reason = 'Graphs are compared over at least two trained perturbations.'
    return { recovery: recovered, graph: null, missing: [{ part: 'graph', reason }] }
  }
  const graph = graphEvaluation(results, truth)
  const reason = 'The model knows of no perturbations, so it has no graph.'
  return { recovery: recovered, graph, missing: graph ? [] : [{ part: 'graph', reason }] }
}

async function openTrained(directory: string, run: string): Promise<Checkpoint> {
  const path = runPaths(directory, run).checkpoint
  const checkpoint = await readCheckpoint(path)
  if (checkpoint) return checkpoint
  throw new ShiftscopeError({
    code: 'evaluation/noWeights',
    message: `The values of run ${run} are missing.`,
    where: path,
    hint: 'Restore the file from a backup, or train the run again.',
  })
}

/** Judges a run on the processor. What was trained on the way is kept: an evaluation that was cancelled goes on there. */
export const evaluate: Job<'evaluate'> = async ({ directory, run: id, particles, holdOut }, context) => {
  context.progress(0, 'Opening the screen and the run')
  const run = await readRun(directory, id)
  const trained = await openTrained(directory, id)
  const screen = await openScreenOf(directory, run)
  const results = await readResults(runPaths(directory, id).results)
  const truth = compareWithTruth(results, screen)
  const against = reasonAgainstTransfer(trained, screen.heldOut)
  const executor = await cpuExecutor(run.configuration.threads)
  const validationNegativeElbo = run.metrics?.validationNegativeElbo ?? null
  const missing: Evaluation['missing'] = [...truth.missing]
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
    recovery: truth.recovery,
    graph: truth.graph,
    missing,
  })
  return {}
}
