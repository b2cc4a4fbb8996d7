/** A folder on the way to another one. */
export interface PathPart {
  name: string
  path: string
}

const windowsDrive = /^[A-Za-z]:$/

function separatorOf(path: string): string {
  return /^[A-Za-z]:\\|^\\\\/.test(path) ? '\\' : '/'
}

/** The folders from the root down to `directory`, itself included: `/`, `/home`, `/home/anna`. */
export function pathParts(directory: string): PathPart[] {
  const separator = separatorOf(directory)
  const parts: PathPart[] = separator === '/' ? [{ name: '/', path: '/' }] : []
  let path = ''
  for (const name of directory.split(separator).filter((part) => part !== '')) {
    if (path === '')
      path = separator === '/' ? `/${name}` : windowsDrive.test(name) ? `${name}\\` : `\\\\${name}`
    else path = path.endsWith(separator) ? `${path}${name}` : `${path}${separator}${name}`
    parts.push({ name, path })
  }
  return parts
}

/** The last part of a path: `screen.h5ad`. */
export function fileName(path: string): string {
  return pathParts(path).at(-1)?.name ?? path
}

/** The folder that holds a file or folder; null for a root. */
export function folderOf(path: string): string | null {
  return pathParts(path).at(-2)?.path ?? null
}

/** A path of a recipe made absolute: relative ones are relative to the project's folder. */
export function absolutePath(path: string, directory: string): string {
  if (/^(\/|\\\\|[A-Za-z]:[\\/])/.test(path)) return path
  const separator = separatorOf(directory)
  return `${directory}${directory.endsWith(separator) ? '' : separator}${path}`
}
