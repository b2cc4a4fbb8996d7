import type { EventBody, EventName } from './events'
import type { Reply, RequestInput, RequestName } from './requests'

/**
 * What the renderer has of the main side, whatever lies between: the desktop's preload puts it on `window.shiftscope`,
 * the served app builds it over HTTP and a WebSocket.
 */
export interface Bridge {
  invoke<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Reply<Name>>
  /** Returns the function that ends the subscription. */
  subscribe<Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void): () => void
}

/** Names shared by the two ends of each transport. */
export const transport = {
  /** Electron IPC channels. */
  invokeChannel: 'shiftscope:invoke',
  eventChannel: 'shiftscope:event',
  /** Served mode: `POST /api/<subject>/<verb>` and the WebSocket `/events`, both with the session's token. */
  apiPath: '/api/',
  eventsPath: '/events',
  tokenHeader: 'x-shiftscope-token',
  tokenParameter: 'token',
} as const
