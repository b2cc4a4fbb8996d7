import type { Executor, ModelState } from '../executor'
import type { Model } from '../model'
import { Asker } from './asker'
import type { MessageLine } from './messages'
import { RemoteSession } from './remoteSession'

/** A line that is opened when it is needed, used by any number of sessions, and closed when it rests. */
class SharedLine {
  private asker: Promise<Asker> | null = null
  private users = 0
  private resting: NodeJS.Timeout | null = null

  constructor(
    private readonly connect: () => Promise<MessageLine>,
    private readonly restMs: number,
  ) {}

  /** The detail of the executor at the other end, once it has started. */
  detail = ''

  /** Counts one user more until `release`. */
  acquire(): Promise<Asker> {
    this.users += 1
    if (this.resting) clearTimeout(this.resting)
    this.asker = this.living(this.asker)
    return this.asker
  }

  release(): void {
    this.users -= 1
    if (this.users > 0) return
    this.resting = setTimeout(() => this.rest(), this.restMs)
    // A process that has nothing else to do need not wait.
    this.resting.unref()
  }

  private rest(): void {
    this.asker?.then((asker) => asker.close()).catch(() => undefined)
    this.asker = null
  }

  private async living(before: Promise<Asker> | null): Promise<Asker> {
    const asker = await before?.catch(() => null)
    return asker && !asker.ended ? asker : this.open()
  }

  private async open(): Promise<Asker> {
    const asker = new Asker(await this.connect())
    try {
      this.detail = (await asker.ask('start', {})).detail
      return asker
    } catch (error) {
      asker.close()
      throw error
    }
  }
}

/**
 * The executor at the other end of a line. The line is closed when no session has been open for a while, and opened
 * again by the next one; a session stays on the line that it began with. Threads are not told: the other end computes
 * on a graphics processor.
 * @param restMs how long a line is kept without a session, ms
 * @throws ShiftscopeError what that end says when it cannot start; `device/lost` when it is gone
 */
export async function remoteExecutor(connect: () => Promise<MessageLine>, restMs = 5000): Promise<Executor> {
  const line = new SharedLine(connect, restMs)
  try {
    await line.acquire()
  } finally {
    line.release()
  }
  let sessions = 0
  return {
    detail: line.detail,
    open: (model: Model, state: ModelState) =>
      new RemoteSession(line.acquire(), () => line.release(), ++sessions, model, state),
  }
}
