import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { ShiftscopeError } from '@contract/errors'

/** Reads a text file; a missing one, also below something that is no folder, gives null. */
export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return null
    }
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

function broken(file: string, line: number, reason: string, hint: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'document/broken',
    message: `The file cannot be read: ${reason.replace(/\.$/, '')}.`,
    where: `${file}, line ${line}`,
    hint,
  })
}

function parseYaml(text: string, file: string, hint: string): ParsedText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors.at(0)
  if (error) throw broken(file, lines.linePos(error.pos[0]).line, error.message, hint)
  const value: unknown = document.toJS()
  return { value, lineOf: (path) => lineOfPath(document, lines, path) }
}

function parseJson(text: string, file: string, hint: string): ParsedText {
  try {
    const value: unknown = JSON.parse(text)
    // JSON is a part of YAML, whose slower parser knows the lines; it is asked only when something is wrong.
    return { value, lineOf: (path) => parseYaml(text, file, hint).lineOf(path) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    // The reason names the position, unless the text ends too soon.
    const position = Number(/position (\d+)/.exec(reason)?.[1] ?? text.length)
    throw broken(file, text.slice(0, position).split('\n').length, reason, hint)
  }
}

/**
 * Parses JSON (by the file's ending) or YAML. The line of every value can be asked for.
 * @throws `document/broken` with file and line
 */
export function parseText(text: string, file: string, hint: string): ParsedText {
  return file.endsWith('.json') ? parseJson(text, file, hint) : parseYaml(text, file, hint)
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
