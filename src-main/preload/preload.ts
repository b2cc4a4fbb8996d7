import './zodWithoutEval'
import { contextBridge, ipcRenderer } from 'electron'
import { z } from 'zod'
import type { Bridge } from '@contract/bridge'
import { transport } from '@contract/bridge'
import { problemSchema } from '@contract/errors'
import { events, isEventName, type EventBody, type EventName } from '@contract/events'
import {
  isRequestName,
  requests,
  type Reply,
  type RequestInput,
  type RequestName,
  type ResponseBody,
} from '@contract/requests'

/**
 * All that the sandboxed renderer has of the desktop: `window.shiftscope`. Only names and values of the contract
 * pass, in both directions.
 */

const answers: {
  readonly [Name in RequestName]: { response: { parse(value: unknown): ResponseBody<Name> } }
} = requests
const bodies: { readonly [Name in EventName]: { parse(value: unknown): EventBody<Name> } } = events

const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), problem: problemSchema }),
])

const listeners = new Map<EventName, Set<(body: unknown) => void>>()

ipcRenderer.on(transport.eventChannel, (_event, name: unknown, body: unknown) => {
  if (typeof name !== 'string' || !isEventName(name)) return
  for (const listener of listeners.get(name) ?? []) listener(body)
})

function refuseUnknown(kind: string, name: string, isKnown: (name: string) => boolean): void {
  if (!isKnown(name)) throw new TypeError(`Shiftscope knows no ${kind} "${name}".`)
}

async function invoke<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Reply<Name>> {
  refuseUnknown('request', name, isRequestName)
  const reply = replySchema.parse(await ipcRenderer.invoke(transport.invokeChannel, name, body))
  return reply.ok
    ? { ok: true, value: answers[name].response.parse(reply.value) }
    : { ok: false, problem: reply.problem }
}

function subscribe<Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void) {
  refuseUnknown('event', name, isEventName)
  const deliver = (body: unknown) => {
    listener(bodies[name].parse(body))
  }
  const ofName = listeners.get(name) ?? new Set()
  listeners.set(name, ofName.add(deliver))
  return () => {
    ofName.delete(deliver)
  }
}

contextBridge.exposeInMainWorld('shiftscope', { invoke, subscribe } satisfies Bridge)
