import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { enableProdMode, matMul, ready, setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { floatsOf } from './probability'

/** A tfjs backend that is up and computes rightly. */
export interface GraphBackend {
  readonly name: 'wasm' | 'cpu'
  /** What it is, and why nothing faster was taken. */
  readonly detail: string
}

/** A product whose exact result is known: the backend is compiled, loaded and right, or it is not used. */
function multipliesRightly(): boolean {
  return tidy(() => {
    const product = floatsOf(matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([5, 6, 7, 8], [2, 2])))
    return [19, 22, 43, 50].every((expected, at) => product[at] === expected)
  })
}

async function start(name: GraphBackend['name']): Promise<void> {
  // No advice on the console, no checks of every tensor.
  enableProdMode()
  if (!(await setBackend(name))) throw new Error(`the ${name} backend did not start`)
  await ready()
  if (!multipliesRightly()) throw new Error(`the ${name} backend computes wrongly`)
}

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
async function keepingErrorHandling(load: () => Promise<void>): Promise<void> {
  const exceptions = process.listeners('uncaughtException')
  const rejections = process.listeners('unhandledRejection')
  await load()
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.includes(listener)) process.removeListener('uncaughtException', listener)
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.includes(listener)) process.removeListener('unhandledRejection', listener)
  }
}

/** Starts the WebAssembly backend. Throws what keeps it from working. */
export async function startWasm(): Promise<GraphBackend> {
  configureWasm()
  await keepingErrorHandling(() => start('wasm'))
  return { name: 'wasm', detail: 'tfjs WebAssembly engine with SIMD, one thread' }
}

/** Starts the plain JavaScript backend, which works everywhere. */
export async function startCpu(): Promise<GraphBackend> {
  await start('cpu')
  return { name: 'cpu', detail: 'tfjs JavaScript engine (slow)' }
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
