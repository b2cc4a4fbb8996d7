import type { Run } from '@contract/run'
import { compareText } from '../../text/compare'
import { modelNamesShown, presetsShown } from '../../text/models'
import { presetOfRun } from '../models/modelChoices'
import { splitSettings, type Setting } from './compareRuns'
import { settingName, settingShown } from './settingWords'

/** Runs that differ in nothing of the model: seeds of the same one. */
export interface ModelGroup {
  readonly model: string
  /** What tells it from other groups of the same kind of model; empty where there is none. */
  readonly settings: string
  readonly runs: readonly Run[]
}

/** Say nothing of the model: another seed or device is another run of the same one. */
const ofTheRun: readonly Setting[] = ['seed', 'device', 'threads', 'compareWithin']

/** The default of α is the number of perturbations: it follows the screen and is the same choice on each. */
function modelKey({ configuration, perturbations }: Run): string {
  const outside: readonly string[] = ofTheRun
  const alpha = configuration.alpha === perturbations ? null : configuration.alpha
  return JSON.stringify(
    Object.entries({ ...configuration, alpha }).filter(([setting]) => !outside.includes(setting)),
  )
}

/** Settings named at most. */
const mostSettings = 4

/** What tells a model from others of its kind: its preset where each has another one, else its settings. */
function settingsOf(run: Run, sameModel: readonly Run[]): string {
  if (sameModel.length === 1) return ''
  const presets = sameModel.map(({ configuration }) => presetOfRun(configuration))
  if (!presets.includes(null) && new Set(presets).size === presets.length) {
    const preset = presetOfRun(run.configuration)
    return preset === null ? '' : presetsShown[preset].name
  }
  const different = splitSettings(sameModel).different.filter((setting) => !ofTheRun.includes(setting))
  const named = different
    .slice(0, mostSettings)
    .map((setting) => `${settingName(setting)} ${settingShown(run.configuration, setting)}`)
  const more = different.length - named.length
  return [...named, ...(more > 0 ? [compareText.moreSettings(more)] : [])].join(' · ')
}

/** Runs by model, in the order in which models first come. */
export function groupByModel(runs: readonly Run[]): ModelGroup[] {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const key = modelKey(run)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  const firsts = [...groups.values()].map(([first]) => first)
  return [...groups.values()].map((ofModel) => {
    const [first] = ofModel
    const sameModel = firsts.filter(({ configuration }) => configuration.model === first.configuration.model)
    return {
      model: modelNamesShown[first.configuration.model],
      settings: settingsOf(first, sameModel),
      runs: ofModel,
    }
  })
}
