/**
 * Structured clone as text: what Electron's IPC copies between processes, written as JSON.
 *
 * A value becomes a list of entries that refer to each other by position, so that shared and circular references
 * survive. The function is also sent to pages as source text: it must use nothing from outside itself.
 */
export function cloneCodec() {
  const toBase64 = (bytes) => {
    let text = ''
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
    return btoa(text)
  }
  const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

  /** The entry for a value; `put` adds the values inside it and gives their positions. */
  const entryOf = (value, put) => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
    if (typeof value === 'number') {
      if (Number.isFinite(value) && !Object.is(value, -0)) return value
      return ['number', Object.is(value, -0) ? '-0' : String(value)]
    }
    if (typeof value === 'bigint') return ['bigint', String(value)]
    if (value instanceof Date) return ['date', value.getTime()]
    if (value instanceof RegExp) return ['regexp', value.source, value.flags]
    if (value instanceof Map) return ['map', [...value].map(([key, held]) => [put(key), put(held)])]
    if (value instanceof Set) return ['set', [...value].map(put)]
    if (value instanceof Error) return ['error', value.name, value.message, value.stack]
    if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))]
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      return ['view', value.constructor.name, toBase64(bytes)]
    }
    if (Array.isArray(value)) return ['array', Array.from(value, put)]
    return ['object', Object.entries(value).map(([key, held]) => [key, put(held)])]
  }

  /** @param {unknown} value @throws what Electron throws for functions, symbols and proxies */
  const encode = (value) => {
    let cloned
    try {
      cloned = structuredClone(value)
    } catch {
      throw new Error('An object could not be cloned.')
    }
    const entries = []
    const positions = new Map()
    const put = (part) => {
      if (part === undefined) return -1
      const shared = typeof part === 'object' && part !== null
      if (shared && positions.has(part)) return positions.get(part)
      const position = entries.push(null) - 1
      if (shared) positions.set(part, position)
      entries[position] = entryOf(part, put)
      return position
    }
    const root = put(cloned)
    return JSON.stringify([root, entries])
  }

  /** @param {string} text */
  const decode = (text) => {
    const [root, entries] = JSON.parse(text)
    const made = new Map()
    const get = (position) => {
      if (position === -1) return undefined
      if (made.has(position)) return made.get(position)
      const entry = entries[position]
      if (!Array.isArray(entry)) return entry
      const keep = (value) => {
        made.set(position, value)
        return value
      }
      const [kind, first, second, third] = entry
      switch (kind) {
        case 'number':
          return Number(first)
        case 'bigint':
          return BigInt(first)
        case 'date':
          return keep(new Date(first))
        case 'regexp':
          return keep(new RegExp(first, second))
        case 'map': {
          const map = keep(new Map())
          for (const [key, held] of first) map.set(get(key), get(held))
          return map
        }
        case 'set': {
          const set = keep(new Set())
          for (const held of first) set.add(get(held))
          return set
        }
        case 'error': {
          const error = keep(new (globalThis[first] ?? Error)(second))
          error.stack = third
          return error
        }
        case 'buffer':
          return keep(fromBase64(first).buffer)
        case 'view':
          return keep(new (globalThis[first] ?? Uint8Array)(fromBase64(second).buffer))
        case 'array': {
          const array = keep([])
          for (const held of first) array.push(get(held))
          return array
        }
        default: {
          const object = keep({})
          for (const [key, held] of first) object[key] = get(held)
          return object
        }
      }
    }
    return get(root)
  }

  return { encode, decode }
}
