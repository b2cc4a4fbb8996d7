import { ShiftscopeError } from '@contract/errors'
import {
  answeredSchema,
  replies,
  type MessageLine,
  type QuestionBody,
  type QuestionName,
  type QuestionReply,
} from './messages'

interface Pending {
  readonly answer: (reply: unknown) => void
  readonly fail: (error: Error) => void
}

function lineEnded(): ShiftscopeError {
  return new ShiftscopeError({
    code: 'device/lost',
    message: 'The page that computes on the graphics processor is gone.',
    where: 'webgpu',
    hint: 'Go on from the last checkpoint on the CPU.',
  })
}

/**
 * What is sent takes its whole buffer along, and shared memory cannot be sent at all: arrays that are part of a larger
 * buffer, or in shared memory, are copied out of it. Buffers are not transferred: between processes they are copied in
 * any case, and Electron drops a message whose buffers are.
 */
function ownBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const whole = value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
    return whole || !isTypedArray(value) ? value : value.slice()
  }
  if (Array.isArray(value)) return value.map(ownBuffers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, ownBuffers(inner)]))
}

function isTypedArray(value: ArrayBufferView): value is ArrayBufferView & { slice(): ArrayBufferView } {
  return 'slice' in value && typeof value.slice === 'function'
}

/** Asks over a line, and finds the question that an answer belongs to. */
export class Asker {
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private hasEnded = false

  constructor(private readonly line: MessageLine) {
    line.onMessage((message) => this.hear(message))
    line.onEnd(() => this.end())
  }

  /** True once nothing more will be answered. */
  get ended(): boolean {
    return this.hasEnded
  }

  /** Ends the line: what was asked and not answered is lost. */
  close(): void {
    this.end()
    this.line.close()
  }

  ask<Name extends QuestionName>(name: Name, body: QuestionBody<Name>): Promise<QuestionReply<Name>> {
    if (this.hasEnded) return Promise.reject(lineEnded())
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.pending.set(id, {
        answer: (reply) => {
          resolve(replies[name].reply.parse(reply))
        },
        fail: reject,
      })
      this.line.send({ id, ask: name, body: ownBuffers(body) })
    })
  }

  private hear(message: unknown): void {
    const answered = answeredSchema.parse(message)
    const asked = this.pending.get(answered.id)
    this.pending.delete(answered.id)
    if (!asked) return
    if (!answered.ok) {
      asked.fail(new ShiftscopeError(answered.problem))
      return
    }
    try {
      asked.answer(answered.reply)
    } catch (error) {
      asked.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  private end(): void {
    this.hasEnded = true
    for (const { fail } of this.pending.values()) fail(lineEnded())
    this.pending.clear()
  }
}
