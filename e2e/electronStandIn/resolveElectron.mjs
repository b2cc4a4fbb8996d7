const electron = new URL('./main/electron.mjs', import.meta.url).href

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  if (/^electron(\/(main|common))?$/.test(specifier)) {
    return { url: electron, format: 'module', shortCircuit: true }
  }
  return next(specifier, context)
}
