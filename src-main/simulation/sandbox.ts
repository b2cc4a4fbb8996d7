import { ShiftscopeError } from '@contract/errors'
import type { SandboxRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import { drawNegativeBinomial, drawPoisson } from '../numerics/sampling'
import { CountMatrixBuilder } from '../screen/countMatrixBuilder'
import type { GroundTruth } from '../screen/groundTruth'
import { breathe, type LongWork } from '../screen/longWork'
import { controlCell, type Screen } from '../screen/screen'
import { drawDesign } from './design'
import { drawWeights, expectedCounts, publishedLibrary, type RatesOfCell } from './decoder'
import { numbered } from './names'
import { streams } from './streams'

/** Entries of the count matrix at most: what 32-bit row starts hold. */
const mostEntries = 0xffffffff
const cellsBetweenBreaths = 1024

/** A screen whose truth is known. */
export interface SimulatedScreen extends Screen {
  readonly truth: GroundTruth
}

/**
 * The simulator of the publication (Lopez et al. 2023, appendix B) in the form of its code or of its text: sparse
 * shifts μ of latents, z ~ Normal(μ of the cell's perturbation, 1), expected counts by a random network, Poisson counts
 * (or negative binomial ones where the recipe asks for them). Every cell has random numbers of its own: equal recipes
 * give equal screens.
 * @throws ShiftscopeError `simulation/fewGenes`, `simulation/tooLarge`, `simulation/targets`; the signal's reason when
 *   cancelled
 */
export async function simulateSandbox(recipe: SandboxRecipe, work: LongWork = {}): Promise<SimulatedScreen> {
  const { genes, latents, seed, form } = recipe
  const cells = recipe.perturbations * recipe.cellsPerPerturbation + recipe.controlCells
  checkSizes(recipe, cells)
  const design = drawDesign(recipe)
  const perturbationOfCell = Int32Array.from({ length: cells }, (_, cell) =>
    cell < recipe.controlCells
      ? controlCell
      : Math.floor((cell - recipe.controlCells) / recipe.cellsPerPerturbation),
  )
  const latentsOfCell = drawLatents(perturbationOfCell, design.shifts, latents, seed)
  const rates = await expectedCounts(
    drawWeights(latents, genes, seed),
    { rows: cells, columns: latents, values: latentsOfCell },
    form,
    recipe.library ?? publishedLibrary[form],
    {
      signal: work.signal,
      onProgress: (fraction, message) =>
        work.onProgress?.(fraction === null ? null : 0.5 * fraction, message),
    },
  )
  const { counts, libraryOfCell } = await drawCounts(recipe, cells, rates, work)
  const geneNames = numbered('Gene', genes)
  const perturbations = numbered('P', recipe.perturbations)
  return {
    counts,
    genes: { ids: geneNames, symbols: geneNames },
    barcodes: numbered('Cell', cells),
    perturbations,
    perturbationOfCell,
    guidesOfCell: Array.from(perturbationOfCell, (index) =>
      index === controlCell ? '' : perturbations[index],
    ),
    covariates: {},
    truth: {
      ...design,
      latents: numbered('Latent', latents),
      latentsOfCell,
      libraryOfCell,
      programmes: null,
      recipe: JSON.stringify(recipe),
    },
  }
}

/** z of every cell: standard normal about the shifts of its perturbation; control cells about zero. */
function drawLatents(
  perturbationOfCell: Int32Array,
  shifts: Float32Array,
  latents: number,
  seed: number,
): Float32Array {
  const values = new Float32Array(perturbationOfCell.length * latents)
  perturbationOfCell.forEach((perturbation, cell) => {
    const ofCell = values.subarray(cell * latents, (cell + 1) * latents)
    new RandomStream(seed, 'simulation', streams.latents, cell).fillNormal(ofCell)
    if (perturbation === controlCell) return
    for (let latent = 0; latent < latents; latent++) ofCell[latent] += shifts[perturbation * latents + latent]
  })
  return values
}

async function drawCounts(
  { genes, inverseDispersion, seed }: SandboxRecipe,
  cells: number,
  ratesOfCell: RatesOfCell,
  work: LongWork,
): Promise<{ counts: Screen['counts']; libraryOfCell: Float64Array }> {
  const builder = new CountMatrixBuilder(cells, genes, Math.ceil(0.6 * cells * genes))
  const libraryOfCell = new Float64Array(cells)
  const rates = new Float64Array(genes)
  for (let cell = 0; cell < cells; cell++) {
    if (cell % cellsBetweenBreaths === 0) {
      work.onProgress?.(0.5 + (0.5 * cell) / cells, 'Drawing counts')
      await breathe(work)
    }
    ratesOfCell(cell, rates)
    const random = new RandomStream(seed, 'simulation', streams.counts, cell)
    for (let gene = 0; gene < genes; gene++) {
      const rate = rates[gene]
      libraryOfCell[cell] += rate
      builder.add(
        gene,
        inverseDispersion === null
          ? drawPoisson(random, rate)
          : drawNegativeBinomial(random, rate, inverseDispersion),
      )
    }
    builder.endCell()
  }
  return { counts: builder.finish(), libraryOfCell }
}

function checkSizes({ genes, latents }: SandboxRecipe, cells: number): void {
  if (latents > genes) {
    throw new ShiftscopeError({
      code: 'simulation/fewGenes',
      message: `${latents} latents cannot be told apart by ${genes} ${genes === 1 ? 'gene' : 'genes'}.`,
      where: 'genes',
      hint: 'Ask for at least as many genes as latents.',
    })
  }
  if (cells * genes > mostEntries) {
    throw new ShiftscopeError({
      code: 'simulation/tooLarge',
      message: `${cells.toLocaleString('en')} cells of ${genes.toLocaleString('en')} genes are more counts than can be held.`,
      where: 'cellsPerPerturbation',
      hint: 'Ask for fewer cells, perturbations or genes.',
    })
  }
}
