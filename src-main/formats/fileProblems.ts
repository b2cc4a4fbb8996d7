import { stat } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'

/** The system's error code (`ENOENT`, …) of what was thrown; empty where it has none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function missingFile(path: string, cause?: unknown): ShiftscopeError {
  return new ShiftscopeError(
    {
      code: 'files/missing',
      message: 'The file or folder does not exist.',
      where: path,
      hint: 'Check the path for typing errors, or whether the file was moved.',
    },
    { cause },
  )
}

/**
 * Size and kind of a path.
 * @throws ShiftscopeError `files/missing`; other system errors as they are
 */
export async function describePath(path: string): Promise<{ kind: 'file' | 'folder'; bytes: number }> {
  try {
    const found = await stat(path)
    return { kind: found.isDirectory() ? 'folder' : 'file', bytes: found.size }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) throw missingFile(path, error)
    throw error
  }
}

export function emptyFile(path: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'files/empty',
    message: 'The file is empty.',
    where: path,
    hint: 'Copy or download the file again, or choose another one.',
  })
}

/** Throws the reason of an aborted signal, so that a cancelled read ends between two chunks. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted()
}
