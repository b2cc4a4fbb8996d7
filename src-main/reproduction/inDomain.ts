import { paperTable } from './known'
import { ivae, svae, svaePlus, thorough } from './models'
import type { Study } from './study'

/** Transfer to held-out perturbations that are as dense and as strong as the trained ones (tables 6 and 7). */

const paperModels = [ivae, svae, svaePlus]
const columns = ['pearson', 'interventional'] as const
const common = {
  models: [...paperModels, thorough],
  usualModels: paperModels.map(({ key }) => key),
  measures: ['pearson', 'heldOutPearson', 'f1', 'interventional', 'trainingSeconds', 'evaluationSeconds'],
} as const

const densities = [0.2, 0.5, 0.9].map((density) => ({
  key: `s${100 * density}`,
  label: `s = ${density}`,
  simulation: { latents: 10, effect: 5, density },
}))

export const table6: Study = {
  ...common,
  name: 'table6',
  title: 'Transfer with more or fewer edges (Lopez et al. 2023, Table 6)',
  screens: densities,
  known: paperTable(
    densities.map(({ key }) => key),
    columns,
    {
      ivae: [
        [[0.53], [319.27]],
        [[0.58], [330.56]],
        [[0.6], [333.28]],
      ],
      svae: [
        [[0.79], [318.69]],
        [[0.58], [329.68]],
        [[0.52], [333.98]],
      ],
      'svae-plus': [
        [[0.83], [309.45]],
        [[0.57], [322.01]],
        [[0.59], [322.51]],
      ],
    },
  ),
  notes: [
    'Paper: Lopez et al. 2023, Table 6: 10 latents, shifts of 5 standard deviations, a share s of all edges.',
  ],
}

const effects = [1, 2, 5].map((effect) => ({
  key: `e${effect}`,
  label: `e = ${effect}`,
  simulation: { latents: 5, density: 0.2, effect },
}))

export const table7: Study = {
  ...common,
  name: 'table7',
  title: 'Transfer with weaker or stronger shifts (Lopez et al. 2023, Table 7)',
  screens: effects,
  known: paperTable(
    effects.map(({ key }) => key),
    columns,
    {
      ivae: [
        [[0.78], [341.08]],
        [[0.68], [356.84]],
        [[0.67], [381.62]],
      ],
      svae: [
        [[0.78], [341.03]],
        [[0.68], [349.55]],
        [[0.66], [375.8]],
      ],
      'svae-plus': [
        [[0.78], [338.78]],
        [[0.73], [339.8]],
        [[0.92], [341.4]],
      ],
    },
  ),
  notes: [
    'Paper: Lopez et al. 2023, Table 7: 5 latents, a share of 0.2 of all edges, shifts of e standard deviations.',
  ],
}
