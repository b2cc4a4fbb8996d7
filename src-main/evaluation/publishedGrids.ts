/** One setting of a hyperparameter search; values that a model does not have are left out. */
export interface GridSetting {
  readonly epochs: number
  /** Weight of the divergence term (β-VAE). */
  readonly beta?: number
  /** Sparsity (sVAE, sVAE+). */
  readonly alpha?: number
}

const epochs = [300, 500]
const alphas = [10, 20, 40, 60, 80, 100]

/** The hyperparameter grids of the published benchmark (Lopez et al. 2023, Table 4), to be ranked by `rankSettings`. */
export const publishedGrids = {
  vae: epochs.map((count): GridSetting => ({ epochs: count })),
  'beta-vae': epochs.flatMap((count) => [8, 10, 30].map((beta): GridSetting => ({ epochs: count, beta }))),
  ivae: epochs.map((count): GridSetting => ({ epochs: count })),
  svae: epochs.flatMap((count) => alphas.map((alpha): GridSetting => ({ epochs: count, alpha }))),
  'svae-plus': epochs.flatMap((count) => alphas.map((alpha): GridSetting => ({ epochs: count, alpha }))),
} as const
