import { ShiftscopeError } from '@contract/errors'
import { measurementCancelled } from '@contract/measurement'
import { createTimeLeft } from '../tasks/timeLeft'
import type { QuestionOptions } from '../tasks/reader'
import { JobStopped } from '../tasks/workerClient'
import type { Services } from './handler'

/** Of a measurement: before so much is done its speed is that of getting ready. */
const telling = 0.1

/** Questions that time steps: one at a time, with progress and a way to end them for whoever gave them a name. */
export interface Measurements {
  /**
   * @param name null when nobody wants to hear of it
   * @throws ShiftscopeError `measurement/cancelled`, and what the question throws
   */
  measure<Answer>(
    name: string | null,
    question: (options: QuestionOptions) => Promise<Answer>,
  ): Promise<Answer>
  /** Does nothing where there is no such measurement. */
  cancel(name: string): void
}

export function createMeasurements(announce: Services['announce']): Measurements {
  const running = new Map<string, AbortController>()
  return {
    measure: async (name, question) => {
      if (name === null) return question({ alone: true })
      const controller = new AbortController()
      const timeLeft = createTimeLeft()
      running.set(name, controller)
      try {
        return await question({
          alone: true,
          signal: controller.signal,
          progress: (fraction, message) => {
            const secondsLeft = timeLeft.update(fraction, performance.now())
            announce('measurement/changed', {
              measurement: name,
              fraction,
              message,
              secondsLeft: (fraction ?? 0) < telling ? null : secondsLeft,
            })
          },
        })
      } catch (error) {
        if (!(error instanceof JobStopped)) throw error
        throw new ShiftscopeError({
          code: measurementCancelled,
          message: 'The measurement was cancelled.',
          hint: 'Measure again when it suits.',
        })
      } finally {
        running.delete(name)
      }
    },
    cancel: (name) => running.get(name)?.abort(),
  }
}
