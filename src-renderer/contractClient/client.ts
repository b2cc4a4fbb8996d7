import type { Bridge } from '@contract/bridge'
import { asProblem, ShiftscopeError } from '@contract/errors'
import type { EventBody, EventName } from '@contract/events'
import type { RequestInput, RequestName, ResponseBody } from '@contract/requests'
import { createHttpBridge } from './httpBridge'

declare global {
  interface Window {
    /** Put there by the desktop's preload; absent in the served app. */
    shiftscope?: Bridge
  }
}

const reconnectListeners = new Set<() => void>()
let bridge: Bridge | null = null

function currentBridge(): Bridge {
  bridge ??=
    window.shiftscope ??
    createHttpBridge(window.location.origin, () => {
      for (const listener of reconnectListeners) listener()
    })
  return bridge
}

/** Replaces the bridge: for tests. */
export function connectTo(other: Bridge): void {
  bridge = other
}

/**
 * Asks the main side.
 *
 * @throws ShiftscopeError with what to tell the person, whatever went wrong and wherever
 */
export async function request<Name extends RequestName>(
  name: Name,
  body: RequestInput<Name>,
): Promise<ResponseBody<Name>> {
  const reply = await currentBridge()
    .invoke(name, body)
    .catch((error: unknown) => {
      throw new ShiftscopeError(asProblem(error), { cause: error })
    })
  if (reply.ok) return reply.value
  throw new ShiftscopeError(reply.problem)
}

/** Listens to an event of the main side. Returns the function that ends the subscription. */
export function subscribe<Name extends EventName>(
  name: Name,
  listener: (body: EventBody<Name>) => void,
): () => void {
  return currentBridge().subscribe(name, listener)
}

/** Called when the connection is back after an interruption. Returns the function that stops it. */
export function onReconnect(listener: () => void): () => void {
  reconnectListeners.add(listener)
  return () => {
    reconnectListeners.delete(listener)
  }
}
