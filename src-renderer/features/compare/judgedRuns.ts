import type { Evaluation, RunAgreement } from '@contract/evaluation'
import type { Run } from '@contract/run'
import type { JudgedRun } from './measures'

/** Runs with what is known of them. */
export function judgedRuns(
  runs: readonly Run[],
  evaluations: ReadonlyMap<string, Evaluation>,
  agreement: RunAgreement | null,
): JudgedRun[] {
  const agreed = new Map(
    (agreement?.groups ?? []).flatMap((group) => group.runs.map((entry) => [entry.run, entry] as const)),
  )
  return runs.map((run) => ({
    run,
    evaluation: evaluations.get(run.id) ?? null,
    agreement: agreed.get(run.id) ?? null,
  }))
}

/** Runs of the prepared screen that could be evaluated and were not. */
export function notEvaluated(
  runs: readonly Run[],
  evaluations: ReadonlyMap<string, Evaluation>,
  screenSha256: string,
): Run[] {
  return runs.filter(
    (run) => run.screenSha256 === screenSha256 && run.cells.test > 0 && !evaluations.has(run.id),
  )
}
