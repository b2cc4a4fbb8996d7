import { ShiftscopeError } from '@contract/errors'
import { z } from 'zod'
import { sizeOf } from '../compute/model'

export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const entrySchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.number().int().min(0)),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
})
const headerSchema = z.record(z.string(), z.unknown())
const metadataSchema = z.record(z.string(), z.string())

const metadataKey = '__metadata__'
const prefixBytes = 8

/**
 * Float tensors and text in the safetensors layout: the header's length (64 bits, little endian), a JSON header padded
 * to 8 bytes, then the values.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { [metadataKey]: metadata }
  let offset = 0
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(prefixBytes + headerBytes + offset).fill(
    0x20,
    prefixBytes,
    prefixBytes + headerBytes,
  )
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(text, prefixBytes)
  let at = prefixBytes + headerBytes
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return bytes
}

function damaged(reason: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'checkpoint/damaged',
    message: 'The checkpoint is damaged and cannot be read.',
    hint: 'Start the run again.',
    details: reason,
  })
}

function parseHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < prefixBytes) throw damaged('shorter than its prefix')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const dataStart = prefixBytes + Number(view.getBigUint64(0, true))
  if (dataStart > bytes.length) throw damaged('shorter than its header')
  const text = new TextDecoder().decode(bytes.subarray(prefixBytes, dataStart))
  try {
    return { header: headerSchema.parse(JSON.parse(text)), dataStart }
  } catch (error) {
    throw damaged(`unreadable header: ${String(error)}`)
  }
}

/**
 * Reads what `encodeSafetensors` wrote.
 * @throws ShiftscopeError `checkpoint/damaged` for truncated or altered bytes
 */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: NamedTensor[]
  metadata: Record<string, string>
} {
  const { header, dataStart } = parseHeader(bytes)
  const metadata = metadataSchema.safeParse(header[metadataKey])
  if (!metadata.success) throw damaged('no metadata')
  const tensors: NamedTensor[] = []
  for (const [name, entry] of Object.entries(header)) {
    if (name === metadataKey) continue
    const parsed = entrySchema.safeParse(entry)
    if (!parsed.success) throw damaged(`tensor ${name} is not described rightly`)
    const {
      shape,
      data_offsets: [from, to],
    } = parsed.data
    if (dataStart + to > bytes.length || to - from !== 4 * sizeOf(shape)) {
      throw damaged(`tensor ${name} does not fit`)
    }
    // Copied, so that it is aligned and does not keep the file's bytes alive.
    const values = new Float32Array(sizeOf(shape))
    new Uint8Array(values.buffer).set(bytes.subarray(dataStart + from, dataStart + to))
    tensors.push({ name, shape, values })
  }
  return { tensors, metadata: metadata.data }
}
