import type { Problem } from '@contract/errors'
import { asProblem } from '@contract/errors'
import { shallowRef, type ShallowRef } from 'vue'

/** Something that a person starts and that may be refused: whether it is being started, and why it was not. */
export interface Attempt {
  readonly starting: Readonly<ShallowRef<boolean>>
  /** Of the last attempt; null while one is made and when it went well. */
  readonly problem: Readonly<ShallowRef<Problem | null>>
  readonly attempt: (act: () => Promise<unknown>) => Promise<void>
}

/** Attempts of one button or form; what goes wrong is shown beside it instead of thrown. */
export function useAttempt(): Attempt {
  const starting = shallowRef(false)
  const problem = shallowRef<Problem | null>(null)
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    problem.value = null
    starting.value = true
    try {
      await act()
    } catch (error) {
      problem.value = asProblem(error)
    } finally {
      starting.value = false
    }
  }
  return { starting, problem, attempt }
}
