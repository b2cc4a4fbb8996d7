import '@tensorflow/tfjs-backend-cpu'
import { enableProdMode, matMul, ready, setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { activateBackend, type GraphBackend, type GraphKernels } from './graphBackend'
import { hostKernels } from './hostKernels'
import { floatsOf } from './probability'

/** A product whose exact result is known: the backend is compiled, loaded and right, or it is not used. */
function multipliesRightly(): boolean {
  return tidy(() => {
    const product = floatsOf(matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([5, 6, 7, 8], [2, 2])))
    return [19, 22, 43, 50].every((expected, at) => product[at] === expected)
  })
}

/**
 * Starts a backend whose tensors can be read at once. Throws what keeps it from working.
 * @param kernels loops on the host, where its tensors live there too
 */
export async function startHostBackend(
  name: string,
  detail: string,
  kernels: GraphKernels = hostKernels,
): Promise<GraphBackend> {
  // No advice on the console, no checks of every tensor.
  enableProdMode()
  if (!(await setBackend(name))) throw new Error(`the ${name} backend did not start`)
  await ready()
  if (!multipliesRightly()) throw new Error(`the ${name} backend computes wrongly`)
  return {
    name,
    detail,
    kernels,
    activate: () => activateBackend(name),
    read: (tensor) => Promise.resolve(floatsOf(tensor)),
  }
}

/** Starts the plain JavaScript backend, which works everywhere. */
export function startCpu(): Promise<GraphBackend> {
  return startHostBackend('cpu', 'tfjs JavaScript engine (slow)')
}
