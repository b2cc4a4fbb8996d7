import { ShiftscopeError } from '@contract/errors'
import type { HoldOutRecipe } from '@contract/recipe'
import { readGeneSets } from '../formats/geneSets'
import { nearestNames } from '../screen/nearestNames'
import { resolveRecipePath } from '../workspace/recipeFile'

/**
 * Genes of the row that a hold-out by pathway names; undefined for other rules.
 * @param baseDirectory folder that relative paths start from
 * @throws `geneSets/noSuchSet` when the file has no such row; what reading the file throws
 */
export async function pathwayGenes(
  holdOut: HoldOutRecipe,
  baseDirectory: string,
): Promise<readonly string[] | undefined> {
  if (holdOut.rule !== 'pathway') return undefined
  const file = resolveRecipePath(baseDirectory, holdOut.file)
  const sets = await readGeneSets(file)
  const set = sets.find(({ name }) => name === holdOut.name)
  if (set) return set.genes
  const similar = nearestNames(
    holdOut.name,
    sets.map(({ name }) => name),
  )
  throw new ShiftscopeError({
    code: 'geneSets/noSuchSet',
    message: `The gene-set file has no row "${holdOut.name}".`,
    where: file,
    hint: `Choose one of its ${sets.length} rows${similar.length === 0 ? '' : `, for example ${similar.join(', ')}`}.`,
  })
}
