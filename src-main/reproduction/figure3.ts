import { svaePlus } from './models'
import type { Study } from './study'

/** The grid of the publication's Table 4. */
const models = [10, 20, 40, 60, 80, 100].map((alpha) => ({
  key: `alpha-${alpha}`,
  label: `sVAE+, α = ${alpha}`,
  recipe: { ...svaePlus.recipe, alpha },
}))

/** sVAE+ with other strengths of its sparsity (Lopez et al. 2023, Figure 3). */
export const figure3: Study = {
  name: 'figure3',
  title: 'sVAE+ with other strengths of the sparsity α (Lopez et al. 2023, Figure 3)',
  screens: [{ key: 'p15', label: 'p = 15', simulation: { latents: 15 } }],
  models,
  usualModels: models.map(({ key }) => key),
  measures: [
    'pearson',
    'interventional',
    'rSquared',
    'precision',
    'recall',
    'f1',
    'trainingSeconds',
    'evaluationSeconds',
  ],
  known: [],
  notes: [
    'The paper draws these as curves, without numbers: α changes little. Its values of α are those of its Table 4.',
  ],
}
