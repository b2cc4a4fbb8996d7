import type { ModelRecipe } from '@contract/recipe'
import type { SearchDocument } from '@contract/search'
import type { Project } from '@contract/project'
import { lockProject } from '../../workspace/projectLock'
import { decideConfiguration } from '../../workspace/runConfiguration'
import { writeSearch } from '../../workspace/searchFiles'
import { doWork, type Failure } from '../running/doWork'
import { Interrupted, type Session } from '../session'
import { openSearch } from './gridSearch'

/** What is searched, and how. */
export interface SearchChoices {
  readonly directory: string
  readonly prepared: NonNullable<Project['prepared']>
  /** All of one model, in the order of the table. */
  readonly settings: readonly ModelRecipe[]
  /** At least two. */
  readonly seeds: readonly number[]
  /** Runs at the same time, each in a process of its own. */
  readonly parallel: number
}

export interface SearchOutcome {
  readonly search: SearchDocument
  readonly failures: readonly Failure[]
}

const goOn = 'What was trained is kept. The same command goes on.'

/**
 * Trains every setting with every seed on the prepared screen, as far as that is not done yet, ranks the settings and
 * writes their table into the project. A run that fails leaves the others to go on.
 * @throws ShiftscopeError `project/busy` when another process writes the project; Interrupted, when all that is done is
 *   kept
 */
export async function runSearch(
  session: Session,
  { directory, prepared, settings, seeds, parallel }: SearchChoices,
): Promise<SearchOutcome> {
  const { model } = settings[0]
  // Held throughout: nothing that runs is taken for a leftover of a crash.
  const release = await lockProject(directory)
  try {
    const open = openSearch({
      title: '',
      directory: () => Promise.resolve(directory),
      settings: settings.map((setting) => decideConfiguration(setting, prepared)),
      seeds,
      amountOf: ({ epochs }) => ({ training: epochs, evaluation: 0 }),
    })
    const failures = await doWork(session, `Search ${model}`, [open.trainings], { parallel })
    if (session.interruption.aborted) throw new Interrupted(goOn)
    const search: SearchDocument = {
      schemaVersion: 1,
      model,
      finishedAt: new Date().toISOString(),
      screenSha256: prepared.screenSha256,
      ...(await open.rank(session)),
    }
    await writeSearch(directory, search)
    return { search, failures }
  } finally {
    await release()
  }
}
