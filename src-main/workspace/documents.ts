import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { ShiftscopeError } from '@contract/errors'

/** Reads a text file; a missing one gives null. */
export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

interface ParsedText {
  readonly value: unknown
  /** Line, counted from 1, of the deepest part of the document that `path` leads to. */
  lineOf(path: readonly PropertyKey[]): number | null
}

function lineOfPath(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  const keys = path.map((key) => (typeof key === 'symbol' ? key.toString() : key))
  for (let depth = keys.length; depth >= 0; depth--) {
    const node: unknown = document.getIn(keys.slice(0, depth), true)
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue
    const start: unknown = node.range[0]
    if (typeof start === 'number') return lines.linePos(start).line
  }
  return null
}

/**
 * Parses YAML, and JSON as the part of YAML that it is, keeping the line of every value.
 * @throws `document/broken` with file and line
 */
export function parseText(text: string, file: string, hint: string): ParsedText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors.at(0)
  if (error) {
    throw new ShiftscopeError({
      code: 'document/broken',
      message: `The file cannot be read: ${error.message.replace(/\.$/, '')}.`,
      where: `${file}, line ${lines.linePos(error.pos[0]).line}`,
      hint,
    })
  }
  const value: unknown = document.toJS()
  return { value, lineOf: (path) => lineOfPath(document, lines, path) }
}

/** Where the first issue lies: the unknown key itself where there is one. */
function fieldOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys.at(0) ?? ''
    return { path: [...issue.path, key], message: `"${key}" is not a field that exists here` }
  }
  return { path: issue.path, message: issue.message.replace(/\.$/, '') }
}

/**
 * Checks a parsed document against its schema.
 * @throws `document/invalid` with file, line and field
 */
export function checkDocument<Schema extends z.ZodType>(
  schema: Schema,
  parsed: ParsedText,
  file: string,
  hint: string,
): z.output<Schema> {
  const result = schema.safeParse(parsed.value)
  if (result.success) return result.data
  const issue = result.error.issues.at(0)
  const { path, message } = issue ? fieldOf(issue) : { path: [], message: 'unknown reason' }
  const line = parsed.lineOf(path)
  const places = [file]
  if (line !== null) places.push(`line ${line}`)
  if (path.length > 0) places.push(`field ${path.map(String).join('.')}`)
  throw new ShiftscopeError({
    code: 'document/invalid',
    message: `The file holds a value that is not valid: ${message}.`,
    where: places.join(', '),
    hint,
    details: result.error.message,
  })
}
