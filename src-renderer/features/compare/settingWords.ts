import type { ModelRecipe } from '@contract/recipe'
import { formatCount } from '../../format/numbers'
import { compareText } from '../../text/compare'
import {
  deviceNamesShown,
  modelFields,
  modelFormsShown,
  modelNamesShown,
  stopRulesShown,
} from '../../text/models'
import type { Setting } from './compareRuns'

export function settingName(setting: Setting): string {
  return setting === 'model' ? compareText.model : modelFields[setting].name
}

/** A setting as a person reads it; what null stands for is said in words. */
export function settingShown(configuration: ModelRecipe, setting: Setting): string {
  switch (setting) {
    case 'model':
      return modelNamesShown[configuration.model]
    case 'device':
      return deviceNamesShown[configuration.device]
    case 'patience':
      return configuration.patience === null ? compareText.never : formatCount(configuration.patience)
    case 'learningRate':
    case 'seed':
      return String(configuration[setting])
    case 'form':
      return configuration.form === null ? compareText.automatic : modelFormsShown[configuration.form]
    case 'stopWhen':
      return stopRulesShown[configuration.stopWhen]
    case 'compareWithin':
      return configuration.compareWithin.join(', ') || compareText.allCells
    default: {
      const value = configuration[setting]
      return value === null ? compareText.automatic : formatCount(value)
    }
  }
}
