import type { z } from 'zod'
import type { EventBody, EventName } from '@contract/events'
import { requests, type RequestBody, type RequestName, type ResponseBody } from '@contract/requests'
import type { Reader } from '../tasks/reader'
import type { TaskQueue } from '../tasks/taskQueue'
import type { SettingsStore } from '../workspace/settingsFile'
import type { Measurements } from './measurements'
import type { Projects } from './projects'

/** What a request of the contract does. */
export type Handler<Name extends RequestName> = (body: RequestBody<Name>) => Promise<ResponseBody<Name>>
export type Handlers = { readonly [Name in RequestName]: Handler<Name> }

/** The contract's table with each request's types tied to its name, for code that is generic over requests. */
export const requestSchemas: {
  readonly [Name in RequestName]: {
    readonly request: z.ZodType<RequestBody<Name>>
    readonly response: z.ZodType<ResponseBody<Name>>
  }
} = requests

/** Native dialogs of the desktop. */
export interface Dialogs {
  /** Null when the person cancels. */
  choose(
    purpose: RequestBody<'files/choose'>['purpose'],
    kind: RequestBody<'files/choose'>['kind'],
  ): Promise<string | null>
  reveal(path: string): Promise<void>
}

export type Face = ResponseBody<'app/describe'>['face']

/** What the handlers work with. */
export interface Services {
  readonly face: Face
  readonly version: string
  readonly dialogs: Dialogs | null
  readonly resourcesDirectory: string
  readonly settingsDirectory: string
  readonly settings: SettingsStore
  readonly projects: Projects
  readonly reader: Reader
  readonly measurements: Measurements
  readonly tasks: TaskQueue
  readonly announce: <Name extends EventName>(name: Name, body: EventBody<Name>) => void
}
