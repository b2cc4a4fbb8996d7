import { expect } from 'vitest'
import { cudaExecutor } from '../compute/cuda/cudaExecutor'
import { pretendPackage } from '../compute/cuda/pretendPackage'
import type { Executor } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { startWasm } from '../compute/graph/wasmBackend'
import { softwareGraphics } from '../compute/webgpu/softwareGraphics'

const cuda = await cudaExecutor(pretendPackage())
const graphics = await softwareGraphics()

/** What every golden model is run on. */
export const goldenExecutors: readonly [name: string, start: () => Promise<Executor>][] = [
  ['tfjs in WebAssembly', () => graphExecutor(startWasm)],
  ['tfjs in JavaScript', () => graphExecutor(startCpu)],
  ['kernels on one thread', () => Promise.resolve(fusedExecutor({ threads: 1 }))],
  ['kernels on two threads', () => Promise.resolve(fusedExecutor({ threads: 2 }))],
  ['plain kernels on one thread', () => Promise.resolve(fusedExecutor({ threads: 1, build: 'plain' }))],
  ['plain kernels on two threads', () => Promise.resolve(fusedExecutor({ threads: 2, build: 'plain' }))],
  // Its kernels and session; the package itself is stood in for.
  ['tfjs on CUDA, computing on the processor', () => Promise.resolve(cuda)],
  // Where there is no adapter, the tests of `compute/webgpu` are skipped and say why.
  ...('executor' in graphics ? [onGraphics(graphics.executor)] : []),
]

function onGraphics(executor: Executor): [name: string, start: () => Promise<Executor>] {
  return ['tfjs on WebGPU', () => Promise.resolve(executor)]
}

/** float32: values within rtol 2e-5 and atol 2e-5 (unless told otherwise). */
export function expectValues(
  name: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  absolute = 2e-5,
): void {
  expect(actual.length, name).toBe(expected.length)
  expected.forEach((value, at) => {
    expect(Math.abs(actual[at] - value), `${name}[${at}] is ${actual[at]}, not ${value}`).toBeLessThanOrEqual(
      absolute + 2e-5 * Math.abs(value),
    )
  })
}

/** float32: gradients within rtol 2e-4 and 2e-5 of the largest of the model. */
export function expectGradient(
  name: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  largest: number,
): void {
  expect(actual.length, name).toBe(expected.length)
  expected.forEach((value, at) => {
    expect(Math.abs(actual[at] - value), `${name}[${at}] is ${actual[at]}, not ${value}`).toBeLessThanOrEqual(
      2e-5 * largest + 2e-4 * Math.abs(value),
    )
  })
}
