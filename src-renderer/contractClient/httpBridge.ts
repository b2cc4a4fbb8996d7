import type { Bridge } from '@contract/bridge'
import { transport } from '@contract/bridge'
import { problemSchema, ShiftscopeError } from '@contract/errors'
import type { EventBody, EventName } from '@contract/events'
import type { Reply, RequestInput, RequestName, ResponseBody } from '@contract/requests'
import { requests } from '@contract/requests'
import { z } from 'zod'
import { EventStream } from './eventStream'

/** The schemas by name, typed so that the name decides the answer. */
const answers: {
  readonly [Name in RequestName]: { response: { parse(value: unknown): ResponseBody<Name> } }
} = requests

const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), problem: problemSchema }),
])

/**
 * The bridge of the served app. The first page load exchanged the address's token for a cookie, which the browser sends
 * by itself: no script holds a secret. Requests as `POST /api/<subject>/<verb>`, events over one WebSocket
 * that reconnects.
 *
 * @param origin origin of the server, `http://127.0.0.1:PORT`
 * @param onReconnect called when the event stream is back after an interruption: what was shown may be stale
 */
export function createHttpBridge(origin: string, onReconnect: () => void): Bridge {
  const stream = new EventStream(eventsAddress(origin), onReconnect)

  async function invoke<Name extends RequestName>(
    name: Name,
    body: RequestInput<Name>,
  ): Promise<Reply<Name>> {
    const reply = replySchema.parse(await post(new URL(`${transport.apiPath}${name}`, origin), body))
    return reply.ok
      ? {
          ok: true,
          value: answers[name].response.parse(reply.value),
        }
      : { ok: false, problem: reply.problem }
  }

  function subscribe<Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void) {
    return stream.subscribe(name, listener)
  }

  return { invoke, subscribe }
}

function eventsAddress(origin: string): string {
  const address = new URL(transport.eventsPath, origin)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}

async function post(address: URL, body: unknown): Promise<unknown> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const json: unknown = await response.json()
    return json
  } catch (error) {
    throw new ShiftscopeError(
      {
        code: 'connection/lost',
        message: 'Shiftscope does not answer.',
        where: address.host,
        hint: 'Check that the terminal in which it was started is still open. If it was closed, start it again and open the address it prints.',
        details: String(error),
      },
      { cause: error },
    )
  }
}
