import { ShiftscopeError } from '@contract/errors'
import { emptyFile } from './fileProblems'
import { readLines } from './text/readLines'

export interface GeneSet {
  readonly name: string
  readonly description: string
  /** Each gene once, in file order. */
  readonly genes: readonly string[]
}

/**
 * Reads gene sets in GMT form: one set a line, name, description and genes separated by tabs; gzip or plain.
 * Sets without genes, which collections restricted to one kind of identifier have, are left out.
 * @throws ShiftscopeError `geneSets/malformed` with the line, `geneSets/duplicateName`; what `readLines` throws
 */
export async function readGeneSets(path: string): Promise<GeneSet[]> {
  const sets: GeneSet[] = []
  const lineOf = new Map<string, number>()
  for await (const { text, line } of readLines(path)) {
    if (text.trim() === '') continue
    const [name, description = '', ...genes] = text.split('\t').map((field) => field.trim())
    if (name === '' || genes.length === 0) {
      throw new ShiftscopeError({
        code: 'geneSets/malformed',
        message:
          name === '' ? 'A gene set has no name.' : 'A line of a GMT file needs at least three fields.',
        where: `${path}, line ${line}`,
        hint: 'A line of a GMT file holds a name, a description and the genes, separated by tabs.',
      })
    }
    const members = [...new Set(genes.filter((gene) => gene !== ''))]
    if (members.length === 0) continue
    const earlier = lineOf.get(name)
    if (earlier !== undefined) {
      throw new ShiftscopeError({
        code: 'geneSets/duplicateName',
        message: `Two gene sets have the name "${name}".`,
        where: `${path}, lines ${earlier} and ${line}`,
        hint: 'Give each gene set its own name.',
      })
    }
    lineOf.set(name, line)
    sets.push({ name, description, genes: members })
  }
  if (sets.length === 0) throw emptyFile(path)
  return sets
}
