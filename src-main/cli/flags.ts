import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { HoldOutRecipe } from '@contract/recipe'

/** Values of flags. Commander puts the flag's name before the message of what is thrown here. */

interface Range {
  readonly from: number
  readonly to?: number
}

function inWords({ from, to }: Range): string {
  return to === undefined ? `${from} or more` : `from ${from} to ${to}`
}

/** A whole number in a range. */
export function wholeNumber(range: Range): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= range.from && value <= (range.to ?? Number.MAX_SAFE_INTEGER))
      return value
    throw new InvalidArgumentError(`It must be a whole number, ${inWords(range)}.`)
  }
}

/** A decimal number over zero. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a number over 0.')
}

/** A probability of something that is neither certain nor impossible. */
export function openProbability(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new InvalidArgumentError('It must be a number over 0 and under 1, for example 0.1.')
}

interface Between {
  readonly minimum: number
  readonly maximum: number
}

/** `a-b`, or one value that stands for both ends. */
function between(text: string, end: (part: string) => number, example: string): Between {
  const parts = text.split('-')
  const minimum = end(parts[0])
  const maximum = end(parts[parts.length - 1])
  if (parts.length <= 2 && minimum <= maximum) return { minimum, maximum }
  throw new InvalidArgumentError(
    `It must be a range from a smaller to a larger number, for example ${example}.`,
  )
}

/** `1-3`: whole numbers over zero; one alone stands for both ends. */
export function wholeRange(text: string): Between {
  return between(text, wholeNumber({ from: 1 }), '1-3')
}

/** `0.5-1`: numbers over zero; one alone stands for both ends. */
export function positiveRange(text: string): Between {
  return between(text, positiveNumber, '0.5-1')
}

/** `COLUMN=LABEL`. */
export function labelInColumn(text: string): { column: string; label: string } {
  const mark = text.indexOf('=')
  if (mark > 0) return { column: text.slice(0, mark), label: text.slice(mark + 1) }
  throw new InvalidArgumentError('It must be COLUMN=LABEL, for example condition=ctrl.')
}

/** A share between 0 and `most`, both included. */
export function share(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && value >= 0 && value <= most) return value
    throw new InvalidArgumentError(`It must be a share between 0 and ${most}, for example 0.1.`)
  }
}

/** A number of genes, or all of them. */
export function geneCount(text: string): number | 'all' {
  return text === 'all' ? 'all' : wholeNumber({ from: 10 })(text)
}

/** Gathers the values of a flag that may be given several times. */
export function gather(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** Gathers the values of a flag that takes several, each once. */
export function several<Value>(
  parse: (text: string) => Value,
): (text: string, before: readonly Value[] | undefined) => Value[] {
  return (text, before) => [...new Set([...(before ?? []), parse(text)])]
}

function listedPerturbations(file: string): string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new InvalidArgumentError(`The file ${file} cannot be read.`)
  }
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (names.length === 0) throw new InvalidArgumentError(`The file ${file} names no perturbation.`)
  return names
}

/** `none`, `random:SHARE`, `strongest:N`, `pathway:FILE.gmt#NAME` or `list:FILE` (one perturbation a line). */
export function holdOutRule(text: string): HoldOutRecipe {
  if (text === 'none') return { rule: 'none' }
  const [, rule, value] = /^(\w+):(.+)$/.exec(text) ?? []
  if (rule === 'random') {
    const part = Number(value)
    if (part > 0 && part < 1) return { rule, share: part }
    throw new InvalidArgumentError(
      'The share of random:SHARE must lie between 0 and 1, for example random:0.2.',
    )
  }
  if (rule === 'strongest') return { rule, count: wholeNumber({ from: 1 })(value) }
  if (rule === 'list') return { rule, perturbations: listedPerturbations(resolve(value)) }
  if (rule === 'pathway') {
    // The last "#" separates: a path may hold one, the name of a gene set hardly does.
    const mark = value.lastIndexOf('#')
    if (mark > 0 && mark < value.length - 1) {
      return { rule, file: resolve(value.slice(0, mark)), name: value.slice(mark + 1) }
    }
    throw new InvalidArgumentError(
      'pathway:FILE.gmt#NAME needs a gene-set file and the name of one of its rows.',
    )
  }
  throw new InvalidArgumentError(
    'It must be none, random:SHARE, strongest:N, pathway:FILE.gmt#NAME or list:FILE.',
  )
}
