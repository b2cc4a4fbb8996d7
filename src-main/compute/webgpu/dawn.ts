import { ShiftscopeError } from '@contract/errors'

/** Dawn for Node as the optional package `webgpu` gives it. */
interface Dawn {
  readonly create: (options: string[]) => GPU
  readonly globals: object
}

function isDawn(value: unknown): value is Dawn {
  return (
    typeof value === 'object' &&
    value !== null &&
    'create' in value &&
    typeof value.create === 'function' &&
    'globals' in value &&
    typeof value.globals === 'object'
  )
}

async function loadDawn(): Promise<Dawn> {
  try {
    const module: unknown = await import('webgpu')
    if (isDawn(module)) return module
    throw new Error('The package has another form than expected.')
  } catch (error) {
    throw new ShiftscopeError({
      code: 'device/unusable',
      message:
        'The optional package webgpu, which reaches graphics processors, is not installed or does not load.',
      where: 'webgpu',
      hint: 'Run npm install webgpu in the folder of Shiftscope, or train on the CPU.',
      details: String(error),
    })
  }
}

let opened: Promise<GPU> | null = null

async function open(): Promise<GPU> {
  const { create, globals } = await loadDawn()
  // tfjs expects what a browser has. Node has a navigator of its own since version 21.
  Object.assign(globalThis, globals)
  const gpu = create([])
  const holder: unknown = Reflect.get(globalThis, 'navigator')
  if (typeof holder === 'object' && holder !== null) {
    Object.defineProperty(holder, 'gpu', { value: gpu, configurable: true })
  } else {
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  }
  return gpu
}

/**
 * WebGPU in Node, as `navigator.gpu` is in a browser.
 * @throws ShiftscopeError `device/unusable` where the package is missing or does not run
 */
export function openDawn(): Promise<GPU> {
  opened ??= open()
  return opened
}
