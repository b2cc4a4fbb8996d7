import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type {
  Evaluation,
  LikelihoodEstimate,
  Recovery,
  RunAgreement,
  SimilarPairs,
  TransferEvaluation,
} from '@contract/evaluation'
import type { ProjectState } from '@contract/project'
import type { Run } from '@contract/run'
import type { Perform } from '../command'
import { wholeNumber } from '../flags'
import { ask } from '../session'
import { comparisonLines, type ComparedRun } from '../comparisonLines'
import { computeBaselines, evaluateRun, findRun, latestRun, openProject } from '../stages'
import { amount, counted, table } from '../wording'

interface Flags {
  readonly project: string
  readonly run: string
  readonly particles?: number
  readonly refine?: true
  readonly json?: true
}

function estimate({ value, standardError }: LikelihoodEstimate): string {
  return standardError === null ? value.toFixed(2) : `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
}

function transferLines({
  particles,
  perturbations,
  mean,
  effectiveSampleSize,
}: TransferEvaluation): string[] {
  const { median, smallest } = effectiveSampleSize.after
  return [
    `  interventional negative log-likelihood, nats per cell, ${counted(particles, 'particle')}:`,
    ...table([
      ['held out', 'cells', 'before', 'after'],
      ...perturbations.map(({ name, cells, before, after }) => [
        name,
        cells,
        estimate(before),
        estimate(after),
      ]),
      ['mean over perturbations', '', estimate(mean.before), estimate(mean.after)],
    ]).map((line) => `    ${line}`),
    `  effective sample size after transfer: median ${median.toFixed(0)}, smallest ${smallest.toFixed(1)}`,
  ]
}

function recoveryLines(title: string, { trainingCells, heldOutCells }: Recovery): string[] {
  return Object.entries({ 'training cells': trainingCells, 'held-out cells': heldOutCells }).flatMap(
    ([cells, scores]) =>
      scores
        ? [
            `  ${title} on ${amount(scores.cells)} ${cells}: MCC ${scores.pearson.toFixed(3)} (Pearson), ${scores.spearman.toFixed(3)} (Spearman), R² ${scores.rSquared.toFixed(3)}`,
          ]
        : [],
  )
}

/** What a run was evaluated to, for people. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const { validationNegativeElbo, transfer, recovery, refined, graph, missing } = evaluation
  const lines = [`Run ${evaluation.run}`]
  if (validationNegativeElbo !== null) {
    lines.push(`  validation negative ELBO ${validationNegativeElbo.toFixed(2)} nats per cell`)
  }
  if (transfer) lines.push(...transferLines(transfer))
  if (recovery) lines.push(...recoveryLines('true latents', recovery))
  if (refined) {
    const { before, after } = refined.negativeElbo
    lines.push(
      `  latents refined with the label of each cell (negative ELBO ${before.toFixed(2)} to ${after.toFixed(2)} nats per cell):`,
      ...recoveryLines('  true latents', refined.recovery),
    )
  }
  if (graph) {
    const { precision, recall, f1 } = graph.scores
    const from = graph.from === 'outliers' ? ' (outliers among the shifts)' : ''
    lines.push(
      `  true graph${from}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`,
    )
  }
  const { geneLists, similarPairs } = evaluation
  if (geneLists) {
    const programmes = counted(geneLists.programmes.length, 'true programme')
    lines.push(`  genes of ${programmes} among the strongest of their latents: ${geneLists.mean.toFixed(3)}`)
  }
  if (similarPairs) lines.push(similarPairsLine(similarPairs))
  return [...lines, ...missing.map(({ part, reason }) => `  ${partNames[part]}: n/a. ${reason}`)]
}

function similarPairsLine({ pairs, similar, fromShifts, fromObservedShifts }: SimilarPairs): string {
  const by = [
    ...(fromShifts === null ? [] : [`${fromShifts.toFixed(3)} by shifts`]),
    ...(fromObservedShifts === null ? [] : [`${fromObservedShifts.toFixed(3)} by observed shifts`]),
    `${(similar / pairs).toFixed(3)} by guessing`,
  ]
  return `  area under precision and recall of pairs with similar true effects: ${by.join(', ')}`
}

const partNames: Record<Evaluation['missing'][number]['part'], string> = {
  validationNegativeElbo: 'validation negative ELBO',
  transfer: 'transfer',
  recovery: 'true latents',
  graph: 'true graph',
  geneLists: 'true programmes',
  similarPairs: 'similar perturbations',
  refined: 'latents refined with labels',
}

function agreementLines({ groups }: RunAgreement): string[] {
  if (groups.length === 0) return ['Agreement of runs: n/a. No two runs differ only in their seed.']
  return groups.flatMap(({ model, runs }) => [
    `Agreement of ${counted(runs.length, 'run')} of ${model}:`,
    ...table([
      ['run', 'disentanglement ranking', 'edges', 'edge recurrence'],
      ...runs.map(({ run, ranking, edges, edgeRecurrence }) => [
        run,
        ranking.toFixed(3),
        edges ?? '–',
        edgeRecurrence === null ? '–' : edgeRecurrence.toFixed(3),
      ]),
    ]).map((line) => `  ${line}`),
  ])
}

/** The runs that are meant; `all` are those that are done on the newest run's screen, `none` asks for baselines only. */
function runsNamed(project: ProjectState, name: string): readonly Run[] {
  if (name === 'none') return []
  if (name !== 'all') return [name === 'latest' ? latestRun(project) : findRun(project, name)]
  const { screenSha256 } = latestRun(project)
  return project.runs.filter((run) => run.state === 'done' && run.screenSha256 === screenSha256)
}

export function addEvaluate(program: Command, perform: Perform): void {
  program
    .command('evaluate')
    .summary('judge a run: transfer to held-out perturbations, recovery of a known truth, simple rows')
    .description(
      'Trains the run again with its mask fixed, fits the shifts of held-out perturbations, and measures how likely their cells are before and after. On a simulated screen also compares latents and graph with the truth. Shows the run beside simple rows (means, a linear model, ICA of the effects), which are computed once for a prepared screen. Writes evaluation.json into the folder of the run. Ctrl-C keeps what was trained.',
    )
    .requiredOption('--project <folder>', 'folder of the project')
    .requiredOption(
      '--run <id>',
      'the run, "latest" for the newest that is done, or "all" for every run on the newest one\'s screen, with their agreement, or "none" to compute the simple rows alone',
    )
    .addOption(
      new Option(
        '--particles <n>',
        'draws of the latents of each cell (default: 5000, as in the paper)',
      ).argParser(wholeNumber({ from: 1, to: 1_000_000 })),
    )
    .option(
      '--refine',
      "also score latents refined under the prior of each cell's own perturbation: this uses the label of every cell",
    )
    .option('--json', 'print one JSON document')
    .action((flags: Flags) =>
      perform(flags.json ?? false, async (session) => {
        const project = await openProject(session, resolve(flags.project))
        const { directory } = project
        const runs = runsNamed(project, flags.run)
        const compared: ComparedRun[] = []
        for (const run of runs) {
          const { evaluation } = await evaluateRun(session, directory, run.id, flags)
          compared.push({ run, evaluation })
        }
        const evaluations = compared.map(({ evaluation }) => evaluation)
        const { baselines } =
          runs.length > 0
            ? await ask(session, 'evaluation/baselines', { directory })
            : await computeBaselines(session, directory)
        const agreement =
          flags.run === 'all'
            ? await ask(session, 'evaluation/agreement', { directory, runs: runs.map(({ id }) => id) })
            : null
        return {
          value: { directory, evaluations, baselines, agreement },
          lines: [
            ...evaluations.flatMap(evaluationLines),
            ...(baselines ? comparisonLines(compared, baselines) : []),
            ...(agreement ? agreementLines(agreement) : []),
          ],
        }
      }),
    )
}
