import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const contentTypes: Partial<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

export interface RendererFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** True for files whose name holds a hash of their content: they never change under the same name. */
  readonly immutable: boolean
}

/**
 * Reads a file of the built renderer.
 *
 * Null when there is none, when the type is not one that the renderer consists of, or when the path leads out of
 * the folder (by `..`, by an encoded separator or by a link).
 * @param directory folder of the built renderer
 * @param urlPath path of the URL, still percent-encoded; `/` is `index.html`
 */
export async function readRendererFile(directory: string, urlPath: string): Promise<RendererFile | null> {
  const name = decodedName(urlPath)
  if (name === null) return null
  const contentType = contentTypes[extname(name)]
  if (contentType === undefined) return null
  try {
    const root = await realpath(directory)
    const path = await realpath(join(root, name))
    if (!path.startsWith(root + sep)) return null
    return { bytes: await readFile(path), contentType, immutable: name.startsWith('/assets/') }
  } catch {
    return null
  }
}

function decodedName(urlPath: string): string | null {
  try {
    const name = decodeURIComponent(urlPath)
    if (name.includes('\0') || name.includes('\\') || name.split('/').includes('..')) return null
    return name === '/' ? '/index.html' : name
  } catch {
    return null
  }
}
