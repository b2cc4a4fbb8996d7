import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import { File, ready } from 'h5wasm/node'

let library: Promise<void> | null = null

/**
 * Prepares the HDF5 library once: failed reads must throw (by default they print to stderr and return uninitialised
 * memory), and lzf, which h5py and anndata write, needs a plug-in.
 */
async function startLibrary(): Promise<void> {
  const hdf5 = await ready
  hdf5.activate_throwing_error_handler()
  const plugins = dirname(createRequire(import.meta.url).resolve('h5wasm-plugins'))
  hdf5.insert_plugin_search_path(join(plugins, 'plugins'), 0)
}

const signature = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * Whether a file starts with the HDF5 signature, at byte 0 or after a user block of 512 bytes.
 * @throws the system's error when the file is missing or may not be read
 */
export async function isHdf5(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const start = Buffer.alloc(520)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    const at = (offset: number) =>
      bytesRead >= offset + 8 && signature.equals(start.subarray(offset, offset + 8))
    return at(0) || at(512)
  } finally {
    await file.close()
  }
}

/**
 * Opens an HDF5 file for reading; the caller closes it (`readHdf5` does so by itself).
 * @throws ShiftscopeError `files/missing`, `hdf5/notHdf5`, `hdf5/truncated`, `hdf5/unreadable`
 */
export async function openHdf5(path: string): Promise<File> {
  const absolute = resolve(path)
  library ??= startLibrary()
  await library
  const hdf5 = await isHdf5(absolute).catch((error: unknown) => {
    throw missingOrDenied(absolute, error)
  })
  if (!hdf5) {
    throw new ShiftscopeError({
      code: 'hdf5/notHdf5',
      message: 'The file is not an HDF5 file: it does not start with the HDF5 signature.',
      where: absolute,
      hint: 'Check that the file was copied or downloaded completely, and that its name fits its content.',
    })
  }
  try {
    return new File(absolute, 'r')
  } catch (error) {
    throw asHdf5Problem(absolute, error)
  }
}

function missingOrDenied(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ShiftscopeError(
      {
        code: 'files/missing',
        message: 'The file does not exist.',
        where: path,
        hint: 'Check the path for typing errors, or whether the file was moved.',
      },
      { cause: error },
    )
  }
  if (code === 'EISDIR') {
    return new ShiftscopeError(
      {
        code: 'hdf5/notHdf5',
        message: 'This is a folder, not an HDF5 file.',
        where: path,
        hint: 'Choose the file itself.',
      },
      { cause: error },
    )
  }
  return error
}

/** Problems found inside a file name the place in it; this puts the file before it. */
function withFile(path: string, error: ShiftscopeError): ShiftscopeError {
  if (!error.code.startsWith('hdf5/') || error.where?.includes(path)) return error
  return new ShiftscopeError(
    { ...error.toProblem(), where: `${path}, ${error.where ?? 'root'}` },
    { cause: error },
  )
}

/**
 * What the library throws is a dump of its error stack: keeps it for the log, and says what it means. Other errors
 * come back as they are.
 */
export function asHdf5Problem(path: string, error: unknown): unknown {
  if (error instanceof ShiftscopeError) return withFile(path, error)
  if (!(error instanceof Error)) return error
  const details = error.message
  if (!details.includes('HDF5-DIAG')) return error
  if (/truncated file|file has been truncated|addr overflow|end of file/i.test(details)) {
    return new ShiftscopeError(
      {
        code: 'hdf5/truncated',
        message: 'The HDF5 file is cut short: it is smaller than its own header says.',
        where: path,
        hint: 'Copy or download the file again; compare its size with the original.',
        details,
      },
      { cause: error },
    )
  }
  const filter = /required filter '([^']+)'/.exec(details)
  if (filter) {
    return new ShiftscopeError(
      {
        code: 'hdf5/unknownCompression',
        message: `The file is compressed with "${filter[1]}", which Shiftscope cannot read.`,
        where: path,
        hint: 'Save it again with gzip compression, for example in Python: adata.write_h5ad("file.h5ad", compression="gzip").',
        details,
      },
      { cause: error },
    )
  }
  return new ShiftscopeError(
    {
      code: 'hdf5/unreadable',
      message: 'A part of the HDF5 file cannot be read: it is damaged.',
      where: path,
      hint: 'Copy or download the file again, or write it again with the program that made it.',
      details,
    },
    { cause: error },
  )
}

/**
 * Opens an HDF5 file, reads from it, and closes it whatever happens.
 * @throws what `openHdf5` and `read` throw; failures of the HDF5 library as `hdf5/truncated` or `hdf5/unreadable`
 */
export async function readHdf5<T>(path: string, read: (file: File) => T | Promise<T>): Promise<T> {
  const file = await openHdf5(path)
  try {
    return await read(file)
  } catch (error) {
    throw asHdf5Problem(resolve(path), error)
  } finally {
    file.close()
  }
}
