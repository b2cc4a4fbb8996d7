/**
 * Makes names unique as anndata does: later occurrences get `-1`, `-2`, …
 * @returns the names, and those that occurred more than once
 */
export function makeUnique(names: readonly string[]): { names: string[]; repeated: string[] } {
  const taken = new Set(names)
  const seen = new Set<string>()
  const repeated = new Set<string>()
  const unique = names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name)
      return name
    }
    repeated.add(name)
    let number = 1
    while (taken.has(`${name}-${number}`)) number += 1
    const fresh = `${name}-${number}`
    taken.add(fresh)
    return fresh
  })
  return { names: unique, repeated: [...repeated] }
}
