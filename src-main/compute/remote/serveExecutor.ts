import { asProblem } from '@contract/errors'
import type { Executor, Session } from '../executor'
import {
  askedSchema,
  bodies,
  type Asked,
  type MessageLine,
  type QuestionBody,
  type QuestionName,
  type QuestionReply,
} from './messages'
import type { Program } from './program'
import { ReplayedModel } from './replay'

interface OpenSession {
  readonly model: ReplayedModel
  readonly session: Session
}

type Answers = {
  readonly [Name in QuestionName]: (body: QuestionBody<Name>) => Promise<QuestionReply<Name>>
}

/** Answers by an executor that is started when it is first asked for. */
function answersOf(start: () => Promise<Executor>): Answers {
  let executor: Executor | null = null
  const sessions = new Map<number, OpenSession>()

  const opened = (number: number): OpenSession => {
    const found = sessions.get(number)
    if (!found) throw new Error(`There is no session ${number}.`)
    return found
  }
  /** The session, about to compute programs. */
  const running = (number: number, ...programs: Program[]): Session => {
    const { model, session } = opened(number)
    model.programs = programs
    return session
  }
  return {
    start: async () => {
      executor = await start()
      return { detail: executor.detail }
    },
    open: ({ session, model: description, state }) => {
      if (!executor) throw new Error('The executor was not started.')
      const model = new ReplayedModel(description)
      sessions.set(session, { model, session: executor.open(model, state) })
      return Promise.resolve({})
    },
    // The weight of the KL term is part of the program.
    step: ({ session, program, batch, adam }) => running(session, program).step(batch, 1, adam),
    evaluate: ({ session, program, batch }) => running(session, program).evaluate(batch, 1),
    inspect: ({ session, program, batch, mode }) => running(session, program).inspect(batch, 1, mode),
    encode: async ({ session, program, cells }) => ({
      values: await running(session, program).encode(cells),
    }),
    encoderGradients: async ({ session, program, points }) => ({
      values: await running(session, program).encoderGradients(points),
    }),
    logWeights: async ({ session, posterior, decoder, cell }) => {
      const values = new Float64Array(cell.particles)
      let weighed = 0
      for await (const { logWeights } of running(session, posterior, decoder).logWeights(cell)) {
        values.set(logWeights, weighed)
        weighed += logWeights.length
      }
      return { values }
    },
    parameters: async ({ session, names }) => ({ ...(await opened(session).session.parameters(names)) }),
    state: ({ session }) => opened(session).session.state(),
    close: ({ session }) => {
      opened(session).session.close()
      sessions.delete(session)
      return Promise.resolve({})
    },
  }
}

/** A question with its body checked; the name ties the two together. */
function answerTo<Name extends QuestionName>(
  answers: Answers,
  name: Name,
): (body: unknown) => Promise<QuestionReply<Name>> {
  return (body) => answers[name](bodies[name].body.parse(body))
}

/** Lets the other end of a line use an executor here. Questions are answered one after the other; problems travel as data. */
export function serveExecutor(line: MessageLine, start: () => Promise<Executor>): void {
  const answers = answersOf(start)
  const reply = async ({ id, ask, body }: Asked): Promise<void> => {
    try {
      line.send({ id, ok: true, reply: await answerTo(answers, ask)(body) })
    } catch (error) {
      line.send({ id, ok: false, problem: asProblem(error) })
    }
  }
  let last = Promise.resolve()
  line.onMessage((message) => {
    const asked = askedSchema.parse(message)
    last = last.then(() => reply(asked))
  })
}
