import { ShiftscopeError } from '@contract/errors'
import type { CountMatrix } from '../../screen/countMatrix'
import type { AdamSettings } from '../adam'
import type {
  Batch,
  BatchFigures,
  EncoderPoints,
  Executor,
  Inspection,
  ModelState,
  Session,
} from '../executor'
import { recordEncoder, recordLoss } from '../fused/recording'
import type { Model } from '../model'
import {
  answeredSchema,
  replies,
  type MessageLine,
  type ModelDescription,
  type QuestionBody,
  type QuestionName,
  type QuestionReply,
} from './messages'
import { programOf, type Program } from './program'

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

/** Asks over a line, and finds the question that an answer belongs to. */
class Asker {
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private ended = false

  constructor(private readonly line: MessageLine) {
    line.onMessage((message) => this.hear(message))
    line.onEnd(() => this.end())
  }

  ask<Name extends QuestionName>(name: Name, body: QuestionBody<Name>): Promise<QuestionReply<Name>> {
    if (this.ended) return Promise.reject(lineEnded())
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.pending.set(id, {
        answer: (reply) => {
          resolve(replies[name].reply.parse(reply))
        },
        fail: reject,
      })
      this.line.send({ id, ask: name, body })
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
    this.ended = true
    for (const { fail } of this.pending.values()) fail(lineEnded())
    this.pending.clear()
  }
}

function descriptionOf(model: Model): ModelDescription {
  const { name, genes, latents, perturbations } = model
  return {
    name,
    genes,
    latents,
    perturbations,
    parameters: model.parameters.map((tensor) => ({
      name: tensor.name,
      shape: [...tensor.shape],
      trained: tensor.trained,
    })),
    statistics: model.statistics.map((tensor) => ({ name: tensor.name, shape: [...tensor.shape] })),
    noise: model.noise.map((noise) => ({ name: noise.name, rows: noise.rows, columns: noise.columns })),
  }
}

/** A session whose values are elsewhere. */
class RemoteSession implements Session {
  private readonly opened: Promise<unknown>

  constructor(
    private readonly asker: Asker,
    private readonly session: number,
    readonly model: Model,
    state: ModelState,
  ) {
    this.opened = asker.ask('open', { session, model: descriptionOf(model), state })
    // Whoever uses the session hears of it; one that nobody uses must not end the process.
    this.opened.catch(() => undefined)
  }

  async step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures> {
    const program = this.lossProgram(batch, klWeight, true)
    return this.ask('step', { session: this.session, program, batch, adam })
  }

  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures> {
    const program = this.lossProgram(batch, klWeight, false)
    return this.ask('evaluate', { session: this.session, program, batch })
  }

  inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection> {
    const program = this.lossProgram(batch, klWeight, mode === 'training')
    return this.ask('inspect', { session: this.session, program, batch, mode })
  }

  async encode(counts: CountMatrix): Promise<Float32Array> {
    const program = this.encoderProgram()
    return (await this.ask('encode', { session: this.session, program, counts })).values
  }

  async encoderGradients(points: EncoderPoints): Promise<Float32Array> {
    const program = this.encoderProgram()
    return (await this.ask('encoderGradients', { session: this.session, program, points })).values
  }

  state(): Promise<ModelState> {
    return this.ask('state', { session: this.session })
  }

  close(): void {
    this.ask('close', { session: this.session }).catch(() => undefined)
  }

  private async ask<Name extends QuestionName>(
    name: Name,
    body: QuestionBody<Name>,
  ): Promise<QuestionReply<Name>> {
    await this.opened
    return this.asker.ask(name, body)
  }

  private lossProgram({ counts }: Batch, klWeight: number, training: boolean): Program {
    return programOf(recordLoss(this.model, counts.cells, klWeight, training))
  }

  private encoderProgram(): Program {
    return programOf(recordEncoder(this.model))
  }
}

/**
 * The executor at the other end of a line.
 * @throws ShiftscopeError what that end says when it cannot start; `device/lost` when it is gone
 */
export async function remoteExecutor(line: MessageLine): Promise<Executor> {
  const asker = new Asker(line)
  const { detail } = await asker.ask('start', {})
  let sessions = 0
  return { detail, open: (model, state) => new RemoteSession(asker, ++sessions, model, state) }
}
