import { ShiftscopeError } from '@contract/errors'
import type { CountsFile, StoredMatrix } from './countsFile'
import { type PassOptions, type Survey, describeViolation, surveyMatrix } from './survey'

/** The matrix that holds the counts, with its survey. */
export interface ChosenMatrix {
  readonly matrix: StoredMatrix
  readonly survey: Survey
  /** Locations that were tried before and are not counts, with the reason. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[]
}

/** `raw` and a bare layer name are understood as `raw/X` and `layers/NAME`. */
function findMatrix(file: CountsFile, name: string): StoredMatrix | undefined {
  const names = [name, name.replace(/^raw$/, 'raw/X'), `layers/${name}`]
  return file.matrices.find((matrix) => names.includes(matrix.name))
}

/**
 * Finds the counts of a file: the named location, or the first whose values are all non-negative integers.
 * @throws ShiftscopeError `import/noSuchLayer`, `import/notCounts` (reason, place, and which location is counts),
 * `import/noGenes`
 */
export async function chooseMatrix(
  file: CountsFile,
  layer: string | null,
  options: PassOptions = {},
): Promise<ChosenMatrix> {
  const named = layer === null ? undefined : findMatrix(file, layer)
  if (layer !== null && named === undefined) {
    throw new ShiftscopeError({
      code: 'import/noSuchLayer',
      message: `The file has no matrix "${layer}".`,
      where: file.path,
      hint: `It has: ${file.matrices.map((matrix) => matrix.name).join(', ')}.`,
    })
  }
  const refused: { name: string; reason: string }[] = []
  for (const matrix of named ? [named] : file.matrices) {
    if (!matrix.features.kinds.includes('gene')) throw noGenes(file, matrix)
    const survey = await surveyMatrix(file, matrix, options)
    if (survey.violation === null) return { matrix, survey, refused }
    refused.push({ name: matrix.name, reason: describeViolation(file, matrix, survey.violation) })
  }
  throw await notCounts(file, refused, options)
}

function noGenes(file: CountsFile, matrix: StoredMatrix): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/noGenes',
    message: `The matrix has no feature of the type "Gene Expression"; its types are: ${matrix.features.otherTypes.join(', ') || 'CRISPR Guide Capture'}.`,
    where: file.path,
    hint: 'Choose the matrix with the gene expression, or correct the feature types in the file of features.',
  })
}

async function notCounts(
  file: CountsFile,
  refused: readonly { name: string; reason: string }[],
  options: PassOptions,
): Promise<ShiftscopeError> {
  const tried = refused.map((entry) => entry.name)
  let instead: string | null = null
  for (const matrix of file.matrices) {
    if (tried.includes(matrix.name)) continue
    const survey = await surveyMatrix(file, matrix, { signal: options.signal })
    if (survey.violation === null) {
      instead = matrix.name
      break
    }
  }
  const reasons = refused.map(({ name, reason }) => (name === 'matrix' ? reason : `${name}: ${reason}`))
  return new ShiftscopeError({
    code: 'import/notCounts',
    message: `These are not counts: ${reasons.join('; ')}. The models need the raw UMI counts.`,
    where: file.path,
    hint: instead
      ? `"${instead}" in the same file holds counts: choose it (layer in the recipe, --layer on the command line).`
      : 'Give the matrix before normalisation, as it comes from Cell Ranger; in an h5ad file it belongs into X, a layer or raw.',
  })
}
