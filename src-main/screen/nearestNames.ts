import { compareNames } from './labelCells'

/**
 * The known names that are most like a mistyped one: those that differ in case only, then those within a third of its
 * length in single-character edits, nearest first.
 */
export function nearestNames(name: string, known: readonly string[], count = 3): string[] {
  const wanted = name.trim().toLowerCase()
  const limit = Math.ceil(wanted.length / 3)
  return known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || compareNames(a.candidate, b.candidate))
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** Levenshtein distance: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[j] + 1, current[j - 1] + 1))
    }
    previous = current
  }
  return previous[b.length]
}
