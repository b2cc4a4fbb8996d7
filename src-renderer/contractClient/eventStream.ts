import type { EventBody, EventName } from '@contract/events'
import { events, isEventName } from '@contract/events'
import { z } from 'zod'

const messageSchema = z.object({ name: z.string(), body: z.unknown() })
/** The schemas by name, typed so that the name decides the body. */
const bodies: { readonly [Name in EventName]: { parse(value: unknown): EventBody<Name> } } = events
const firstDelay = 500
const longestDelay = 10_000

/** Events of the served app over one WebSocket, opened with the first subscription, reopened when it breaks. */
export class EventStream {
  private readonly listeners = new Map<EventName, Set<(body: unknown) => void>>()
  private socket: WebSocket | null = null
  private delay = firstDelay
  private wasOpen = false

  /**
   * @param address WebSocket address
   * @param onReconnect called each time the stream is back after an interruption
   */
  constructor(
    private readonly address: string,
    private readonly onReconnect: () => void,
  ) {}

  /** Returns the function that ends the subscription. */
  subscribe<Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void): () => void {
    const deliver = (body: unknown) => {
      listener(bodies[name].parse(body))
    }
    const ofName = this.listeners.get(name) ?? new Set()
    ofName.add(deliver)
    this.listeners.set(name, ofName)
    this.socket ??= this.open()
    return () => {
      ofName.delete(deliver)
    }
  }

  private open(): WebSocket {
    const socket = new WebSocket(this.address)
    socket.addEventListener('open', () => {
      this.delay = firstDelay
      if (this.wasOpen) this.onReconnect()
      this.wasOpen = true
    })
    socket.addEventListener('message', (message: MessageEvent<unknown>) => {
      if (typeof message.data === 'string') this.deliver(message.data)
    })
    socket.addEventListener('close', () => {
      setTimeout(() => {
        this.socket = this.open()
      }, this.delay)
      this.delay = Math.min(this.delay * 2, longestDelay)
    })
    return socket
  }

  private deliver(text: string): void {
    const json: unknown = JSON.parse(text)
    const { name, body } = messageSchema.parse(json)
    if (!isEventName(name)) return
    for (const listener of this.listeners.get(name) ?? []) listener(body)
  }
}
