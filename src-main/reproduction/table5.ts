import { paperTable } from './known'
import { betaVae, ivae, svae, svaePlus, thorough, vae } from './models'
import type { Study } from './study'

const latents = [5, 10, 15, 20]
const screens = latents.map((count) => ({
  key: `p${count}`,
  label: `p = ${count}`,
  simulation: { latents: count },
}))
const paperModels = [vae, ivae, svae, svaePlus, betaVae]

/** Recovery of latents with other numbers of them (Lopez et al. 2023, Table 5). */
export const table5: Study = {
  name: 'table5',
  title: 'Simulations with other numbers of latents (Lopez et al. 2023, Table 5)',
  screens,
  models: [...paperModels, thorough],
  usualModels: paperModels.map(({ key }) => key),
  measures: ['pearson', 'heldOutPearson', 'trainingSeconds', 'evaluationSeconds'],
  known: paperTable(
    screens.map(({ key }) => key),
    ['pearson'],
    {
      vae: [[[0.59, 0.12]], [[0.55, 0.1]], [[0.56, 0.09]], [[0.47, 0.01]]],
      ivae: [[[0.69, 0.09]], [], [], [[0.59, 0.03]]],
      svae: [[[0.71, 0.09]], [], [], [[0.7, 0.09]]],
      'svae-plus': [[[0.94, 0.03]], [[0.91, 0.03]], [[0.88, 0.04]], [[0.76, 0.02]]],
      'beta-vae': [[[0.63, 0.06]], [[0.58, 0.03]], [], [[0.55, 0.08]]],
    },
  ),
  notes: [
    'Paper: Lopez et al. 2023, Table 5: mean and standard deviation of 5 random starts. It says that these are of held-out cells; its code takes training cells, beside which they stand. Figures that our copy of the table lacks are left out.',
  ],
}
