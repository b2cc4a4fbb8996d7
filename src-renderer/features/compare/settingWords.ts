import { modelOptions, type ModelRecipe } from '@contract/recipe'
import { formatCount, formatDecimal } from '../../format/numbers'
import { compareText } from '../../text/compare'
import {
  deviceNamesShown,
  masksShown,
  modelFields,
  modelFormsShown,
  modelNamesShown,
  stopRulesShown,
} from '../../text/models'
import type { Setting } from './compareRuns'

export function settingName(setting: Setting): string {
  return setting === 'model' ? compareText.model : modelFields[setting].name
}

/** A setting as a person reads it; what null stands for is said in words, and a dash is what the model does not have. */
export function settingShown(configuration: ModelRecipe, setting: Setting): string {
  switch (setting) {
    case 'model':
      return modelNamesShown[configuration.model]
    case 'device':
      return deviceNamesShown[configuration.device]
    case 'patience':
      return configuration.patience === null ? compareText.never : formatCount(configuration.patience)
    case 'mask':
      if (!modelOptions[configuration.model].includes('mask')) return compareText.unknown
      return configuration.mask === null ? compareText.automatic : masksShown[configuration.mask]
    case 'start':
      if (!modelOptions[configuration.model].includes('start')) return compareText.unknown
      return configuration.start === null
        ? compareText.never
        : compareText.startEpochs(configuration.start.epochs)
    case 'finalLearningRate':
      return String(configuration.finalLearningRate ?? configuration.learningRate)
    case 'learningRate':
    case 'dropout':
    case 'shiftRate':
    case 'seed':
      return String(configuration[setting])
    case 'form':
      if (!modelOptions[configuration.model].includes('form')) return compareText.unknown
      return configuration.form === null ? compareText.automatic : modelFormsShown[configuration.form]
    case 'alpha':
    case 'beta':
    case 'edgeProbability': {
      const value = configuration[setting]
      if (!modelOptions[configuration.model].includes(setting)) return compareText.unknown
      return value === null ? compareText.automatic : formatDecimal(value)
    }
    case 'stopWhen':
      return stopRulesShown[configuration.stopWhen]
    case 'covariates':
      return configuration.covariates.join(', ') || compareText.noCovariates
    case 'compareWithin':
      return configuration.compareWithin.join(', ') || compareText.allCells
    default: {
      const value = configuration[setting]
      return value === null ? compareText.automatic : formatCount(value)
    }
  }
}

const wordSettings: ReadonlySet<Setting> = new Set<Setting>([
  'model',
  'form',
  'mask',
  'start',
  'stopWhen',
  'device',
  'covariates',
  'compareWithin',
])

/** Whether the setting is a number, and so aligned right in a table. */
export function isNumber(setting: Setting): boolean {
  return !wordSettings.has(setting)
}
