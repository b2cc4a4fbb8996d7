import { edgeThreshold } from '@contract/results'
import type { LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import { readNumbers, readTexts } from './hdf5/arrays'
import { requireDataset, requireGroup } from './hdf5/nodes'
import { readHdf5 } from './hdf5/openHdf5'
import { inconsistent, readFloats } from './hdf5/readAnndata'
import { writeAnndata } from './hdf5/writeAnndata'
import { latentShareTree, readLatentShares, type LatentShares } from './latentShareParts'
import { observedShiftTree, readObservedShifts, type ObservedShifts } from './observedShiftParts'
import { preparedScreenFrom, requireKind, screenContent } from './screenFile'

/** What a trained model says about the screen it was trained on. Matrices are row-major. */
export interface RunResults {
  readonly screen: PreparedScreen
  /** `z1`, `z2`, … */
  readonly latents: readonly string[]
  /** Encoder mean of every cell, cells × latents. */
  readonly latentMeans: Float32Array
  /** For each perturbation whether the model was trained on it; the others have no edges. */
  readonly trained: readonly boolean[]
  /**
   * Probability that the perturbation shifts the latent, perturbations × latents; null for models that say nothing of
   * edges.
   */
  readonly probability: Float32Array | null
  /** Shift against control in prior standard deviations, perturbations × latents; null for models without shifts. */
  readonly shift: Float32Array | null
  /** How far cells really lie from control, beside what the prior learned; null in files of before it was computed. */
  readonly observed: ObservedShifts | null
  /** What else than perturbations latents follow; null in files of before it was computed. */
  readonly shares: LatentShares | null
  /** Signed integrated gradients of the encoder mean, genes × latents. */
  readonly geneScores: Float32Array
}

/**
 * Writes results as h5ad: the prepared screen (see `writeScreen`), `obsm/X_latent`, `varm/gene_scores` and
 * `uns/target_graph` with the matrices `probability` and `shift` (each left out where the model has none), the names of
 * their rows and columns, and `trained`; `uns/observed_shifts` (see `observedShiftTree`) and `uns/latent_shares` (see
 * `latentShareTree`).
 * @throws errors with a system `code` when the disk fails; the signal's reason when cancelled
 */
export async function writeResults(path: string, results: RunResults, work: LongWork = {}): Promise<void> {
  const { screen, latents } = results
  const graphShape = [screen.perturbations.length, latents.length]
  const content = screenContent(screen, 'results')
  await writeAnndata(
    path,
    {
      ...content,
      obsm: {
        ...content.obsm,
        X_latent: { shape: [screen.counts.cells, latents.length], values: results.latentMeans },
      },
      varm: {
        ...content.varm,
        gene_scores: { shape: [screen.counts.genes, latents.length], values: results.geneScores },
      },
      uns: {
        ...content.uns,
        target_graph: {
          perturbations: screen.perturbations,
          latents,
          threshold: edgeThreshold,
          ...(results.probability && { probability: { shape: graphShape, values: results.probability } }),
          ...(results.shift && { shift: { shape: graphShape, values: results.shift } }),
          trained: { shape: [graphShape[0]], values: Uint8Array.from(results.trained, Number) },
        },
        ...(results.observed && {
          observed_shifts: observedShiftTree(results.observed, screen.perturbations, latents),
        }),
        ...(results.shares && { latent_shares: latentShareTree(results.shares, latents) }),
      },
    },
    work,
  )
}

/**
 * Reads only the shares of latents from what `writeResults` wrote: quick however large the screen is.
 * @throws ShiftscopeError as `readResults`
 */
export async function readShares(path: string): Promise<Pick<RunResults, 'latents' | 'shares'>> {
  return readHdf5(path, (file) => {
    requireKind(file, path, 'results')
    const latents = readTexts(requireDataset(requireGroup(file, 'uns/target_graph'), 'latents'))
    return { latents, shares: readLatentShares(file, latents.length) }
  })
}

/**
 * Reads what `writeResults` wrote.
 * @throws ShiftscopeError as `readScreen`; `screenFile/notResults`
 */
export async function readResults(path: string): Promise<RunResults> {
  return readHdf5(path, (file) => {
    requireKind(file, path, 'results')
    const screen = preparedScreenFrom(file)
    const graph = requireGroup(file, 'uns/target_graph')
    const latents = readTexts(requireDataset(graph, 'latents'))
    const trained = Array.from(readNumbers(requireDataset(graph, 'trained')), (flag) => flag !== 0)
    const edges = screen.perturbations.length * latents.length
    if (trained.length !== screen.perturbations.length) throw inconsistent(graph.path)
    const matrix = (name: string): Float32Array | null =>
      graph.get(name) === null ? null : readFloats(graph, name, edges)
    return {
      screen,
      latents,
      latentMeans: readFloats(file, 'obsm/X_latent', screen.counts.cells * latents.length),
      trained,
      probability: matrix('probability'),
      shift: matrix('shift'),
      observed: readObservedShifts(file, screen.perturbations.length, latents.length),
      shares: readLatentShares(file, latents.length),
      geneScores: readFloats(file, 'varm/gene_scores', screen.counts.genes * latents.length),
    }
  })
}
