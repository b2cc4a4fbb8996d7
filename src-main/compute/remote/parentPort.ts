/** A port as Electron gives it to processes without a page. */
export interface ElectronPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}

/** What Electron adds to `process` in a utility process. */
export interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: readonly unknown[] }) => void): void
}

function has<Name extends string>(value: unknown, ...methods: Name[]): value is Record<Name, () => void> {
  return (
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof Reflect.get(value, method) === 'function')
  )
}

export function isElectronPort(value: unknown): value is ElectronPort {
  return has(value, 'postMessage', 'on', 'start', 'close')
}

function isParentPort(value: unknown): value is ParentPort {
  return has(value, 'postMessage', 'on')
}

/** The line to main in a utility process of Electron; null in every other process. */
export function parentPort(): ParentPort | null {
  const port: unknown = Reflect.get(process, 'parentPort')
  return isParentPort(port) ? port : null
}
