/** Names that a person pasted: separated by commas, semicolons, spaces, tabs or lines. */
export function namesInText(text: string): string[] {
  return text.split(/[\s,;]+/).filter((name) => name !== '')
}

/** Sorts pasted names into those of the screen (case does not matter) and the rest. */
export function matchNames(
  names: readonly string[],
  known: readonly string[],
): { matched: string[]; unknown: string[] } {
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]))
  const matched = new Set<string>()
  const unknown: string[] = []
  for (const name of names) {
    const found = byLowerCase.get(name.toLowerCase())
    if (found === undefined) unknown.push(name)
    else matched.add(found)
  }
  return { matched: [...matched], unknown }
}
