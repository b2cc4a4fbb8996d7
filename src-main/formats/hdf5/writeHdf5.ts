import { resolve } from 'node:path'
import { File, ready } from 'h5wasm/node'

/** A failed system call below the HDF5 library, in the shape that Node's own have. */
class Hdf5SystemError extends Error {
  constructor(
    readonly code: string,
    readonly path: string,
    cause: Error,
  ) {
    super(`${code}: HDF5 could not write ${path}`, { cause })
  }
}

/** What the C library says for the system errors that a person can do something about. */
const systemMessages: readonly [text: string, code: string][] = [
  ['No space left on device', 'ENOSPC'],
  ['Quota exceeded', 'EDQUOT'],
  ['Disk quota exceeded', 'EDQUOT'],
  ['File too large', 'EFBIG'],
  ['Permission denied', 'EACCES'],
  ['Operation not permitted', 'EPERM'],
  ['Read-only file system', 'EROFS'],
  ['No such file or directory', 'ENOENT'],
  ['Is a directory', 'EISDIR'],
]

/** The HDF5 library reports failures as a dump of its call stack; the system's reason is in one of its lines. */
function asSystemError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error
  const known = systemMessages.find(([text]) => error.message.includes(text))
  return known ? new Hdf5SystemError(known[1], path, error) : error
}

/**
 * Creates an HDF5 file (replacing one that is there), lets `write` fill it, and closes it whatever happens. Done means
 * that everything was handed to the system; making it appear at once under its name is the caller's part, and so is
 * removing what a failure leaves. The file is readable by HDF5 1.10 and later.
 * @throws what `write` throws; failures of the disk as errors with a system `code` (`ENOSPC`, …)
 */
export async function writeHdf5(path: string, write: (file: File) => void | Promise<void>): Promise<void> {
  const absolute = resolve(path)
  const library = await ready
  library.activate_throwing_error_handler()
  try {
    const file = new File(absolute, 'w', { libver: ['earliest', 'v110'] })
    try {
      await write(file)
      file.flush()
    } catch (error) {
      closeAfterFailure(file)
      throw error
    }
    file.close()
  } catch (error) {
    throw asSystemError(error, absolute)
  }
}

/** On a full disk closing fails as well; the first error is the one to report. */
function closeAfterFailure(file: File): void {
  try {
    file.close()
  } catch {
    // Nothing can be added to the error that led here.
  }
}
