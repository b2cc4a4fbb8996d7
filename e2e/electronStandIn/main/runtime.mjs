/**
 * What the parts of the stand-in share; filled in by the host before the app's first line.
 * @type {{
 *   appPath: string,
 *   manifest: { name: string, productName?: string, version: string, main: string },
 *   userData: string,
 *   devTools: Awaited<ReturnType<typeof import('../devTools.mjs').connectDevTools>> | null,
 *   exit: (code: number) => void,
 * }}
 */
export const runtime = {
  appPath: '',
  manifest: { name: '', version: '', main: '' },
  userData: '',
  devTools: null,
  exit: (code) => process.exit(code),
}

/**
 * An object whose missing parts throw when touched, instead of being undefined.
 * @template {object} T
 * @param {string} name
 * @param {T} part
 * @returns {T}
 */
export function strict(name, part) {
  return new Proxy(part, {
    get: (target, key) => {
      const expected = key in target || typeof key === 'symbol' || key.startsWith('_')
      if (expected || ['then', 'toJSON', 'domain'].includes(key)) {
        const value = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      }
      throw new Error(`Electron stand-in: ${name}.${key} is not implemented`)
    },
  })
}

/** An event that listeners can prevent. */
export function preventable(properties = {}) {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
    ...properties,
  }
}
