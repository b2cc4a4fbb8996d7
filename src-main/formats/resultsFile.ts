import { edgeThreshold } from '@contract/results'
import type { LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import { readNumbers, readTexts } from './hdf5/arrays'
import { requireDataset, requireGroup } from './hdf5/nodes'
import { readHdf5 } from './hdf5/openHdf5'
import { inconsistent, readFloats } from './hdf5/readAnndata'
import { writeAnndata } from './hdf5/writeAnndata'
import {
  contentLatentTree,
  readContentLatents,
  readContentNames,
  type ContentLatents,
} from './contentLatentParts'
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
  /** What else than perturbations latents follow, content latents (the last columns) too; null in files of before it was computed. */
  readonly shares: LatentShares | null
  /** Signed integrated gradients of the encoder mean, genes × latents. */
  readonly geneScores: Float32Array
  /** Latents beside these that no perturbation shifts; null for a run without. */
  readonly content: ContentLatents | null
}

/** Names of all latents of a run, content latents last. */
export function namesOfAll({ latents, content }: Pick<RunResults, 'latents' | 'content'>): string[] {
  return [...latents, ...(content?.latents ?? [])]
}

/**
 * Writes results as h5ad: the prepared screen (see `writeScreen`), `obsm/X_latent`, `varm/gene_scores` and
 * `uns/target_graph` with the matrices `probability` and `shift` (each left out where the model has none), the names of
 * their rows and columns, and `trained`; `uns/observed_shifts` (see `observedShiftTree`) and `uns/latent_shares` (see
 * `latentShareTree`); with content latents `obsm/X_content`, `varm/content_gene_scores` and `uns/content_latents`.
 * @throws errors with a system `code` when the disk fails; the signal's reason when cancelled
 */
export async function writeResults(path: string, results: RunResults, work: LongWork = {}): Promise<void> {
  const { screen, latents, content: contentLatents } = results
  const graphShape = [screen.perturbations.length, latents.length]
  const content = screenContent(screen, 'results')
  await writeAnndata(
    path,
    {
      ...content,
      obsm: {
        ...content.obsm,
        X_latent: { shape: [screen.counts.cells, latents.length], values: results.latentMeans },
        ...(contentLatents && {
          X_content: {
            shape: [screen.counts.cells, contentLatents.latents.length],
            values: contentLatents.means,
          },
        }),
      },
      varm: {
        ...content.varm,
        gene_scores: { shape: [screen.counts.genes, latents.length], values: results.geneScores },
        ...(contentLatents && {
          content_gene_scores: {
            shape: [screen.counts.genes, contentLatents.latents.length],
            values: contentLatents.geneScores,
          },
        }),
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
        ...(contentLatents && { content_latents: contentLatentTree(contentLatents) }),
        ...(results.shares && { latent_shares: latentShareTree(results.shares, namesOfAll(results)) }),
      },
    },
    work,
  )
}

/** Shares of all latents of a run, and which of them are content latents. */
export interface SharesOfLatents {
  readonly latents: readonly string[]
  readonly contentLatents: readonly string[]
  readonly shares: LatentShares | null
}

/**
 * Reads only the shares of latents from what `writeResults` wrote: quick however large the screen is.
 * @throws ShiftscopeError as `readResults`
 */
export async function readShares(path: string): Promise<SharesOfLatents> {
  return readHdf5(path, (file) => {
    requireKind(file, path, 'results')
    const latents = readTexts(requireDataset(requireGroup(file, 'uns/target_graph'), 'latents'))
    const contentLatents = readContentNames(file)
    const shares = readLatentShares(file, latents.length + contentLatents.length)
    return { latents, contentLatents, shares }
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
    const content = readContentLatents(file, screen.counts.cells, screen.counts.genes)
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
      shares: readLatentShares(file, namesOfAll({ latents, content }).length),
      geneScores: readFloats(file, 'varm/gene_scores', screen.counts.genes * latents.length),
      content,
    }
  })
}
