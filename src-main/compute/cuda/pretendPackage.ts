import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import {
  copyRegisteredKernels,
  engine,
  registerBackend,
  removeBackend,
  setBackend,
  unregisterKernel,
} from '@tensorflow/tfjs-core'

/** What the package registers, computing on the processor. */
class PretendTensorflow extends MathBackendCPU {
  constructor(readonly isUsingGpuDevice: boolean) {
    super()
  }
}

/**
 * For tests: a stand-in for the package, which computes on the processor. It loads as the package does: it registers a
 * backend and makes it the active one.
 * @param without kernels that it lacks
 */
export function pretendPackage(isUsingGpuDevice = true, without: readonly string[] = []): () => unknown {
  return () => {
    if ('tensorflow' in engine().registryFactory) removeBackend('tensorflow')
    copyRegisteredKernels('cpu', 'tensorflow')
    for (const kernel of without) unregisterKernel(kernel, 'tensorflow')
    registerBackend('tensorflow', () => new PretendTensorflow(isUsingGpuDevice), 3)
    void setBackend('tensorflow')
  }
}
