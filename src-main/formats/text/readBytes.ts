import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { ShiftscopeError } from '@contract/errors'
import { emptyFile, missingFile, systemCode } from '../fileProblems'

const chunkBytes = 1 << 20

/** Kinds of file that are recognised by their first bytes and cannot be read as text. */
const foreignKinds: readonly { start: readonly number[]; kind: string; hint: string }[] = [
  {
    start: [0x50, 0x4b, 0x03, 0x04],
    kind: 'a ZIP archive or an Excel workbook',
    hint: 'Unpack the archive, or save the sheet as CSV.',
  },
  {
    start: [0x42, 0x5a, 0x68],
    kind: 'compressed with bzip2',
    hint: 'Unpack it with bunzip2, or compress it with gzip instead.',
  },
  {
    start: [0xfd, 0x37, 0x7a, 0x58],
    kind: 'compressed with xz',
    hint: 'Unpack it with unxz, or compress it with gzip instead.',
  },
  {
    start: [0x28, 0xb5, 0x2f, 0xfd],
    kind: 'compressed with zstd',
    hint: 'Unpack it with unzstd, or compress it with gzip instead.',
  },
  { start: [0xff, 0xfe], kind: 'text in UTF-16', hint: 'Save it as UTF-8.' },
  { start: [0xfe, 0xff], kind: 'text in UTF-16', hint: 'Save it as UTF-8.' },
]

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const start = Buffer.alloc(8)
      const { bytesRead } = await file.read(start, 0, start.length, 0)
      return start.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) throw missingFile(path, error)
    throw error
  }
}

/**
 * The bytes of a file in chunks of about 1 MB, unpacked where it is gzip (told by its content, not its name).
 * @throws ShiftscopeError `files/missing`, `files/empty`, `files/foreignKind`, `files/truncatedGzip`, `files/damagedGzip`
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const start = await firstBytes(path)
  if (start.length === 0) throw emptyFile(path)
  const foreign = foreignKinds.find((kind) => kind.start.every((byte, i) => start[i] === byte))
  if (foreign) {
    throw new ShiftscopeError({
      code: 'files/foreignKind',
      message: `The file is ${foreign.kind}, which cannot be read here.`,
      where: path,
      hint: foreign.hint,
    })
  }
  const file = createReadStream(path, { highWaterMark: chunkBytes })
  const gzipped = start[0] === 0x1f && start[1] === 0x8b
  const stream = gzipped ? file.pipe(createGunzip({ chunkSize: chunkBytes })) : file
  if (gzipped) file.on('error', (error) => stream.destroy(error))
  let anything = false
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue
      anything = true
      yield chunk
    }
  } catch (error) {
    throw gzipProblem(path, error) ?? error
  } finally {
    stream.destroy()
    file.destroy()
  }
  if (!anything) throw emptyFile(path)
}

function gzipProblem(path: string, error: unknown): ShiftscopeError | null {
  const code = systemCode(error)
  if (!code.startsWith('Z_')) return null
  const truncated = code === 'Z_BUF_ERROR'
  return new ShiftscopeError(
    {
      code: truncated ? 'files/truncatedGzip' : 'files/damagedGzip',
      message: truncated
        ? 'The gzip file ends too early: a part of it is missing.'
        : 'The gzip file is damaged and cannot be unpacked.',
      where: path,
      hint: 'Copy or download the file again; "gzip -t FILE" tests whether it is whole.',
      details: error instanceof Error ? error.message : undefined,
    },
    { cause: error },
  )
}
