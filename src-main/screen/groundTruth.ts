/**
 * What is known of a simulated screen because it was made so. Matrices are row-major; perturbations, cells and genes
 * are those of the screen, in its order.
 */
export interface GroundTruth {
  /** Names of the true latents. */
  readonly latents: readonly string[]
  /** True latents of every cell, cells × latents: z of the sandbox, shift of each programme in a semi-synthetic screen. */
  readonly latentsOfCell: Float32Array
  /** Expected total count of every cell in the sandbox, real total count before thinning in a semi-synthetic screen. */
  readonly libraryOfCell: Float64Array
  /** perturbations × latents; standard deviations in the sandbox, log2 units in a semi-synthetic screen. */
  readonly shifts: Float32Array
  /** perturbations × latents; 1 where the perturbation shifts the latent. */
  readonly edges: Uint8Array
  /** Perturbations that are meant to be held out. */
  readonly heldOut: readonly boolean[]
  /** genes × latents; 1 for genes of a programme. Null in the sandbox, whose latents act through a network. */
  readonly programmes: Float32Array | null
  /** The recipe of the simulation as JSON. */
  readonly recipe: string
}

/** Which parts of a screen are kept, as positions in it. */
export interface KeptParts {
  readonly cells: Uint32Array
  readonly genes: Uint32Array
  readonly perturbations: Uint32Array
}

/** The truth about a part of a screen. */
export function subsetTruth(truth: GroundTruth, kept: KeptParts): GroundTruth {
  const latents = truth.latents.length
  const { cells, genes, perturbations } = kept
  return {
    ...truth,
    latentsOfCell: copyRows(truth.latentsOfCell, new Float32Array(cells.length * latents), latents, cells),
    libraryOfCell: Float64Array.from(cells, (cell) => truth.libraryOfCell[cell]),
    shifts: copyRows(truth.shifts, new Float32Array(perturbations.length * latents), latents, perturbations),
    edges: copyRows(truth.edges, new Uint8Array(perturbations.length * latents), latents, perturbations),
    heldOut: Array.from(perturbations, (perturbation) => truth.heldOut[perturbation]),
    programmes:
      truth.programmes &&
      copyRows(truth.programmes, new Float32Array(genes.length * latents), latents, genes),
  }
}

function copyRows<Values extends Float32Array | Uint8Array>(
  from: Values,
  to: Values,
  columns: number,
  rows: Uint32Array,
): Values {
  rows.forEach((row, at) => to.set(from.subarray(row * columns, (row + 1) * columns), at * columns))
  return to
}
