/** Hands a file to the browser's (or the desktop window's) own way of saving. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has its own reference by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}

export function saveText(name: string, content: string, type = 'text/plain'): void {
  saveFile(name, new Blob([content], { type: `${type};charset=utf-8` }))
}

/** A file name out of words a person gave: letters, digits, dots, hyphens and underscores. */
export function safeFileName(words: string): string {
  return words
    .normalize('NFKD')
    .replaceAll(/[^\w.-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}
