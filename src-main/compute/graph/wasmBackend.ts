import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import type { GraphBackend } from './graphBackend'
import { startCpu, startHostBackend } from './tfjsBackend'

let wasmConfigured = false

/** Must happen once, before the WebAssembly backend starts. */
function configureWasm(): void {
  if (wasmConfigured) return
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(entry), sep))
  setThreadsCount(1)
  wasmConfigured = true
}

/** The compiled module takes over the process's handling of uncaught errors when it loads: that is undone. */
async function keepingErrorHandling<T>(load: () => Promise<T>): Promise<T> {
  const exceptions = process.listeners('uncaughtException')
  const rejections = process.listeners('unhandledRejection')
  const loaded = await load()
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.includes(listener)) process.removeListener('uncaughtException', listener)
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.includes(listener)) process.removeListener('unhandledRejection', listener)
  }
  return loaded
}

/** Starts the WebAssembly backend. Throws what keeps it from working. */
export async function startWasm(): Promise<GraphBackend> {
  configureWasm()
  return keepingErrorHandling(() => startHostBackend('wasm', 'tfjs WebAssembly engine with SIMD, one thread'))
}

/** Starts WebAssembly, or plain JavaScript with the reason where that fails. */
export async function startFastest(
  preferred: () => Promise<GraphBackend> = startWasm,
): Promise<GraphBackend> {
  try {
    return await preferred()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const backend = await startCpu()
    return { ...backend, detail: `${backend.detail}; WebAssembly could not be used: ${reason}` }
  }
}
