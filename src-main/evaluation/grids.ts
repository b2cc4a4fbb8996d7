import type { ModelName, ModelRecipe } from '@contract/recipe'

/** Values to be tried of each setting; one that is left out stays as it is. */
export interface Grid {
  readonly epochs?: readonly number[]
  /** Sparsity (sVAE, sVAE+). */
  readonly alpha?: readonly number[]
  /** Weight of the divergence term (β-VAE). */
  readonly beta?: readonly number[]
}

const epochs = [300, 500]
const alpha = [10, 20, 40, 60, 80, 100]

/** The grids of the published benchmark (Lopez et al. 2023, Table 4). SAMS-VAE is not in it. */
export const publishedGrids: Readonly<Partial<Record<ModelName, Grid>>> = {
  vae: { epochs },
  'beta-vae': { epochs, beta: [8, 10, 30] },
  ivae: { epochs },
  svae: { epochs, alpha },
  'svae-plus': { epochs, alpha },
}

/** Every combination of the values of a grid, fewest epochs first. */
export function settingsOf(base: ModelRecipe, grid: Grid): ModelRecipe[] {
  const ascending = [...(grid.epochs ?? [base.epochs])].sort((a, b) => a - b)
  return ascending.flatMap((epochsOfRun) =>
    (grid.alpha ?? [base.alpha]).flatMap((alphaOfRun) =>
      (grid.beta ?? [base.beta]).map((betaOfRun): ModelRecipe => ({
        ...base,
        epochs: epochsOfRun,
        alpha: alphaOfRun,
        beta: betaOfRun,
      })),
    ),
  )
}
