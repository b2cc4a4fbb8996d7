import type { ModelRecipe } from '@contract/recipe'
import type { RankedGrid, RankedSetting, SearchedSetting } from '@contract/search'
import { settingText } from '../../evaluation/searchTable'
import { chooseSetting } from '../../evaluation/settingRanking'
import type { Work } from '../running/doWork'
import type { Amount } from '../running/followWork'
import { trainedRun } from '../running/trainedRun'
import { ask, unlessInterrupted, type Session } from '../session'
import { counted } from '../wording'

/** What is searched. */
export interface GridSearch {
  /** Before the name of each run, with what follows it. */
  readonly title: string
  /** The project, which the caller holds. */
  readonly directory: () => Promise<string>
  /** In the order in which they are told. */
  readonly settings: readonly ModelRecipe[]
  readonly seeds: readonly number[]
  readonly amountOf: (setting: ModelRecipe) => Amount
}

/** The runs of a search as work, and what they come to. */
export interface OpenSearch {
  readonly trainings: readonly Work[]
  /**
   * Compares the runs of each setting, those that failed left out.
   * @throws ShiftscopeError of reading them, Interrupted
   */
  rank(session: Session): Promise<RankedGrid>
}

function searched({ epochs, alpha, beta }: ModelRecipe): SearchedSetting {
  return { epochs, alpha, beta }
}

/** Fewest runs of a setting that can be compared. */
export const fewestSeeds = 2

/** Opens a search; its trainings are done by the caller, in order. */
export function openSearch({ title, directory, settings, seeds, amountOf }: GridSearch): OpenSearch {
  /** Runs by setting and seed, both counted. */
  const runs = settings.map((): (string | undefined)[] => seeds.map(() => undefined))

  const training = (setting: ModelRecipe, at: number, seed: number, seedAt: number): Work => {
    const name = `${title}${settingText(searched(setting))}, seed ${seed}`
    return {
      name,
      amount: amountOf(setting),
      run: async (session, began) => {
        const run = await trainedRun(session, await directory(), { ...setting, seed }, began)
        runs[at][seedAt] = run.id
        const elbo = run.metrics?.validationNegativeElbo ?? null
        const edges = run.metrics?.edges ?? null
        return [
          `${name}: ${counted(run.epochsDone, 'epoch')}`,
          ...(elbo === null ? [] : [`negative ELBO ${elbo.toFixed(2)}`]),
          ...(edges === null ? [] : [counted(edges, 'edge')]),
        ].join(', ')
      },
    }
  }
  const ranked = async (session: Session, setting: ModelRecipe, at: number): Promise<RankedSetting> => {
    const trained = runs[at].filter((run) => run !== undefined)
    if (trained.length < fewestSeeds) return { setting: searched(setting), ranking: null, runs: [] }
    session.terminal.status(`Ranking ${title}${settingText(searched(setting))}`)
    const asked = ask(session, 'evaluation/rankSetting', { directory: await directory(), runs: trained })
    return { setting: searched(setting), ...(await unlessInterrupted(session, asked)) }
  }
  return {
    trainings: settings.flatMap((setting, at) =>
      seeds.map((seed, seedAt) => training(setting, at, seed, seedAt)),
    ),
    rank: async (session) => {
      const all: RankedSetting[] = []
      for (const [at, setting] of settings.entries()) all.push(await ranked(session, setting, at))
      session.terminal.clearStatus()
      return { seeds: [...seeds], settings: all, chosen: chooseSetting(all) }
    },
  }
}
