import { createRequire } from 'node:module'

/** The type checks of `node:util` that Node 23 removed, as they were. */
const removedChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isBoolean: (value) => typeof value === 'boolean',
  isBuffer: (value) => Buffer.isBuffer(value),
  isDate: (value) => value instanceof Date,
  isError: (value) => value instanceof Error,
  isFunction: (value) => typeof value === 'function',
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === 'number',
  isObject: (value) => value !== null && typeof value === 'object',
  isPrimitive: (value) => value === null || (typeof value !== 'object' && typeof value !== 'function'),
  isRegExp: (value) => value instanceof RegExp,
  isString: (value) => typeof value === 'string',
  isSymbol: (value) => typeof value === 'symbol',
  isUndefined: (value) => value === undefined,
}

function moduleUtil(): object {
  const util: unknown = createRequire(import.meta.url)('node:util')
  if (typeof util !== 'object' || util === null) throw new Error('Node has no module util.')
  return util
}

/**
 * Puts back the checks that `@tensorflow/tfjs-node-gpu` 4.22 calls and Node 23 removed from `node:util`. Those that are
 * there stay as they are.
 * @param util the module that is completed
 */
export function restoreUtilChecks(util: object = moduleUtil()): void {
  for (const [name, check] of Object.entries(removedChecks)) {
    if (!Reflect.has(util, name)) {
      Reflect.defineProperty(util, name, { value: check, configurable: true, writable: true })
    }
  }
}
