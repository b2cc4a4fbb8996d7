import type { LatentShares as ShownShares, ShareFactor } from '@contract/results'
import type { LatentShares } from '../formats/latentShareParts'
import type { ContentLatents } from '../formats/contentLatentParts'
import type { RunResults, SharesOfLatents } from '../formats/resultsFile'
import { shareOfGroups, shareOfLine } from '../numerics/adjustedShare'
import { levelsOfNumbers, levelsOfTexts, type CellLevels } from '../screen/cellLevels'
import type { CountMatrix } from '../screen/countMatrix'
import type { Covariate, Screen } from '../screen/screen'
import { contentLabel, labelOf, type LatentLabels } from './latentNames'

/** A factor with what it is of each cell. */
interface Explaining {
  readonly factor: ShareFactor
  /** Cells for which it is known. */
  readonly cells: Uint32Array
  /** Share of one latent's variance over those cells. */
  readonly shareOf: (latent: Float64Array) => number
}

/** log(1 + total count) of each cell. */
function logTotals(counts: CountMatrix): Float64Array {
  return Float64Array.from({ length: counts.cells }, (_, cell) => {
    let total = 0
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      total += counts.counts[entry]
    }
    return Math.log1p(total)
  })
}

/** Whether levels of one labelling go with one level of the other each. */
function determines(one: ArrayLike<number>, other: ArrayLike<number>, cells: Uint32Array): boolean {
  const partner = new Map<number, number>()
  return cells.every((cell) => {
    const found = partner.get(one[cell])
    partner.set(one[cell], other[cell])
    return found === undefined || found === other[cell]
  })
}

function byLevels(
  name: string,
  kind: 'perturbation' | 'labels',
  { ofCell, count }: CellLevels,
  perturbationOfCell: Int32Array,
): Explaining {
  const cells = Uint32Array.from(ofCell.keys()).filter((cell) => ofCell[cell] >= 0)
  const groups = Int32Array.from(cells, (cell) => ofCell[cell])
  const nested =
    kind === 'labels' &&
    (determines(ofCell, perturbationOfCell, cells) || determines(perturbationOfCell, ofCell, cells))
  return {
    factor: { name, kind, levels: new Set(groups).size, nested },
    cells,
    shareOf: (latent) => shareOfGroups(latent, groups, count),
  }
}

function byLine(name: string, kind: 'depth' | 'measurement', values: Float64Array): Explaining {
  const cells = Uint32Array.from(values.keys()).filter((cell) => Number.isFinite(values[cell]))
  const known = Float64Array.from(cells, (cell) => values[cell])
  return {
    factor: { name, kind, levels: null, nested: false },
    cells,
    shareOf: (latent) => shareOfLine(latent, known),
  }
}

function ofColumn(name: string, covariate: Covariate, perturbationOfCell: Int32Array): Explaining {
  if (covariate.kind === 'text') return byLevels(name, 'labels', levelsOfTexts(covariate), perturbationOfCell)
  const levels = levelsOfNumbers(covariate.values)
  return levels
    ? byLevels(name, 'labels', levels, perturbationOfCell)
    : byLine(name, 'measurement', covariate.values)
}

/** Columns of one level, and such that name single cells, group nothing. */
function groupsCells({ factor, cells }: Explaining): boolean {
  return factor.levels === null || (factor.levels > 1 && factor.levels < cells.length)
}

/** Encoder means of one latent in some cells, given those of all latents and cells. */
function meansIn(
  cells: Uint32Array,
  { latents, means }: Pick<ContentLatents, 'latents' | 'means'>,
  latent: number,
): Float64Array {
  return Float64Array.from(cells, (cell) => means[cell * latents.length + latent])
}

/**
 * How much of the variance of each latent's encoder means over cells is explained by the perturbation (control cells are
 * one level), by depth (a line over log(1 + total count of the prepared screen)), by every column of labels and by every
 * column of measurements (a line), each alone:
 *
 *   share = 1 - (Σ (z - mean of the level, or line)² / (n - k)) / (Σ (z - mean)² / (n - 1)),   at least 0
 *
 * over the n cells for which the factor is known, with k levels (2 for a line). This adjusted R² is near 0 for a factor
 * that says nothing, however many levels it has. Factors overlap, so shares of one latent may sum to more than 1. Columns
 * of one level, and such that name single cells, are left out. Content latents come after the others.
 */
export function latentShares({
  screen,
  latents,
  latentMeans,
  content,
}: Pick<RunResults, 'latents' | 'latentMeans' | 'content'> & {
  readonly screen: Pick<Screen, 'counts' | 'covariates' | 'perturbations' | 'perturbationOfCell'>
}): LatentShares {
  const { perturbationOfCell } = screen
  const labels = {
    ofCell: perturbationOfCell.map((perturbation) => perturbation + 1),
    count: screen.perturbations.length + 1,
  }
  const explaining = [
    byLevels('perturbation', 'perturbation', labels, perturbationOfCell),
    byLine('depth', 'depth', logTotals(screen.counts)),
    ...Object.entries(screen.covariates).map(([name, covariate]) =>
      ofColumn(name, covariate, perturbationOfCell),
    ),
  ].filter(groupsCells)
  const groups = [{ latents, means: latentMeans }, ...(content ? [content] : [])]
  return {
    factors: explaining.map(({ factor }) => factor),
    share: Float32Array.from(
      explaining.flatMap(({ cells, shareOf }) =>
        groups.flatMap((group) => group.latents.map((_, latent) => shareOf(meansIn(cells, group, latent)))),
      ),
    ),
  }
}

/** Shares of a run as they are shown; null for results of before they were computed. */
export function shownShares(
  { shares, latents, contentLatents }: SharesOfLatents,
  labels: LatentLabels,
): ShownShares | null {
  if (!shares) return null
  const size = latents.length + contentLatents.length
  return {
    latents: [
      ...latents.map((name, latent) => ({ name, label: labelOf(latents, latent, labels), content: false })),
      ...contentLatents.map((name, latent) => ({
        name,
        label: contentLabel(latent),
        content: true,
      })),
    ],
    factors: [...shares.factors],
    share: shares.factors.map((_, row) => Array.from(shares.share.subarray(row * size, (row + 1) * size))),
  }
}
