import { ShiftscopeError } from '@contract/errors'
import type { SemiSyntheticRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import { thin } from '../numerics/sampling'
import { CountMatrixBuilder } from '../screen/countMatrixBuilder'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type Screen } from '../screen/screen'
import { subsetScreen } from '../screen/subset'
import { numbered } from './names'
import { chooseProgrammes } from './programmes'
import type { SimulatedScreen } from './sandbox'
import { drawSemiSyntheticDesign, type SemiSyntheticDesign } from './semiSyntheticDesign'
import { streams } from './streams'

const cellsBetweenBreaths = 2048
const notUsed = -2

/** Real cells without a perturbation. */
export type ControlCells = Pick<Screen, 'counts' | 'genes' | 'barcodes' | 'covariates'>

/**
 * A screen whose cells are real and whose graph is known: control cells are given perturbations at random, and the
 * counts of the programmes that a perturbation shifts are thinned (binomial thinning; Gerard 2020, "Data-based RNA-seq
 * simulations by binomial thinning").
 *
 * Thinning keeps each count with a probability, so that counts of any distribution become counts of the same kind with
 * a smaller mean: depth, zeros, cell types and the correlation of genes stay those of the real cells, and no count is
 * invented. A shift of s log2 units keeps a count with probability 2^(s − m), where m is the largest upward shift of the
 * programme over all perturbations, or 0: all cells, controls too, lose the share 1 − 2^−m of the programme's counts,
 * and a perturbation that turns it up loses less. Only genes of programmes lose counts.
 *
 * The true latents of a cell are the shifts of its perturbation, in log2 units against control.
 * @throws ShiftscopeError `simulation/fewCells`, `simulation/fewExpressedGenes`, `simulation/targets`,
 *   `simulation/combinations`; the signal's reason when cancelled
 */
export async function simulateFromCells(
  source: ControlCells,
  recipe: SemiSyntheticRecipe,
  work: LongWork = {},
): Promise<SimulatedScreen> {
  const design = drawSemiSyntheticDesign(recipe)
  const assigned = assignCells(source.counts.cells, design, recipe)
  const programmes = await chooseProgrammes(source.counts, recipe, {
    signal: work.signal,
    onProgress: (fraction, message) => work.onProgress?.(fraction === null ? null : 0.4 * fraction, message),
  })
  const kept = keepAssigned(source, assigned, design)
  const { counts, libraryOfCell } = await thinCounts(kept, design, programmes, recipe.seed, work)
  const latents = programmes.length
  const latentsOfCell = new Float32Array(counts.cells * latents)
  kept.perturbationOfCell.forEach((perturbation, cell) => {
    if (perturbation === controlCell) return
    const shifts = design.shifts.subarray(perturbation * latents, (perturbation + 1) * latents)
    latentsOfCell.set(shifts, cell * latents)
  })
  return {
    ...kept,
    counts,
    truth: {
      latents: numbered('Programme', latents),
      latentsOfCell,
      libraryOfCell,
      shifts: design.shifts,
      edges: design.edges,
      heldOut: design.heldOut,
      programmes: membership(programmes, counts.genes),
      recipe: JSON.stringify(recipe),
    },
  }
}

/** For each real cell a perturbation, `controlCell` or `notUsed`, at random; perturbations get equal numbers. */
function assignCells(
  cells: number,
  { perturbations }: SemiSyntheticDesign,
  recipe: SemiSyntheticRecipe,
): Int32Array {
  const available = Math.floor((1 - recipe.controlShare) * cells)
  const each = recipe.cellsPerPerturbation ?? Math.floor(available / perturbations.length)
  const controls =
    recipe.cellsPerPerturbation === null
      ? cells - each * perturbations.length
      : Math.round((each * perturbations.length * recipe.controlShare) / (1 - recipe.controlShare))
  if (each < 1 || controls < 1 || each * perturbations.length + controls > cells) {
    throw new ShiftscopeError({
      code: 'simulation/fewCells',
      message: `${cells.toLocaleString('en')} real cells are not enough for ${perturbations.length} perturbations of ${Math.max(1, each)} cells and ${Math.max(1, controls).toLocaleString('en')} control cells.`,
      where: recipe.from,
      hint: 'Ask for fewer perturbations, fewer cells of each or a smaller share of controls, or bring more cells.',
    })
  }
  const order = new RandomStream(recipe.seed, 'simulation', streams.cells).shuffle(
    Uint32Array.from({ length: cells }, (_, cell) => cell),
  )
  const assigned = new Int32Array(cells).fill(notUsed)
  order.subarray(0, each * perturbations.length).forEach((cell, i) => (assigned[cell] = Math.floor(i / each)))
  const others = order.subarray(each * perturbations.length, each * perturbations.length + controls)
  for (const cell of others) assigned[cell] = controlCell
  return assigned
}

/** The cells that are used, in their real order, with their new labels; all genes. */
function keepAssigned(
  source: ControlCells,
  assigned: Int32Array,
  { perturbations }: SemiSyntheticDesign,
): Screen {
  const cells = Uint32Array.from(assigned.keys()).filter((cell) => assigned[cell] !== notUsed)
  const genes = Uint32Array.from(source.genes.ids.keys())
  return subsetScreen(
    {
      counts: source.counts,
      genes: source.genes,
      barcodes: source.barcodes,
      covariates: source.covariates,
      perturbations,
      perturbationOfCell: assigned,
      guidesOfCell: Array.from(assigned, (index) =>
        index < 0 ? '' : perturbations[index].replaceAll('+', '|'),
      ),
    },
    cells,
    genes,
  )
}

async function thinCounts(
  { counts, perturbationOfCell }: Screen,
  { shifts, perturbations }: SemiSyntheticDesign,
  programmes: readonly Uint32Array[],
  seed: number,
  work: LongWork,
): Promise<{ counts: Screen['counts']; libraryOfCell: Float64Array }> {
  const latents = programmes.length
  const programmeOf = new Int32Array(counts.genes).fill(-1)
  programmes.forEach((genes, programme) => genes.forEach((gene) => (programmeOf[gene] = programme)))
  const largestUp = new Float64Array(latents)
  for (let at = 0; at < perturbations.length * latents; at++) {
    largestUp[at % latents] = Math.max(largestUp[at % latents], shifts[at])
  }
  const builder = new CountMatrixBuilder(counts.cells, counts.genes, counts.counts.length)
  const libraryOfCell = new Float64Array(counts.cells)
  const keep = new Float64Array(latents)
  for (let cell = 0; cell < counts.cells; cell++) {
    if (cell % cellsBetweenBreaths === 0) {
      work.onProgress?.(0.4 + (0.6 * cell) / counts.cells, 'Thinning counts')
      await breathe(work)
    }
    const perturbation = perturbationOfCell[cell]
    for (let programme = 0; programme < latents; programme++) {
      const shift = perturbation === controlCell ? 0 : shifts[perturbation * latents + programme]
      keep[programme] = 2 ** (shift - largestUp[programme])
    }
    const random = new RandomStream(seed, 'simulation', streams.counts, cell)
    for (let entry = counts.rowStarts[cell]; entry < counts.rowStarts[cell + 1]; entry++) {
      const gene = counts.geneIndices[entry]
      const programme = programmeOf[gene]
      libraryOfCell[cell] += counts.counts[entry]
      builder.add(
        gene,
        programme < 0 ? counts.counts[entry] : thin(random, counts.counts[entry], keep[programme]),
      )
    }
    builder.endCell()
  }
  return { counts: builder.finish(), libraryOfCell }
}

function membership(programmes: readonly Uint32Array[], genes: number): Float32Array {
  const table = new Float32Array(genes * programmes.length)
  programmes.forEach((members, programme) => {
    for (const gene of members) table[gene * programmes.length + programme] = 1
  })
  return table
}
