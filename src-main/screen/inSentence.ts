const mostNames = 8

/** Names as a part of a sentence: "A, B and C"; of a long list the first few and how many more there are. */
export function inSentence(names: readonly string[], joint: 'and' | 'or' = 'and'): string {
  if (names.length > mostNames + 1) {
    return `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`
  }
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${joint} ${names[names.length - 1]}`
}
