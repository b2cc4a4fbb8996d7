import { ShiftscopeError } from '@contract/errors'
import type { EventBody } from '@contract/events'
import { measurementCancelled } from '@contract/measurement'
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { request, subscribe } from '../contractClient/client'

export type MeasurementProgress = EventBody<'measurement/changed'>

export interface Measurement {
  /** Null while nothing is measured, and until the measurement is first heard of. */
  progress: ShallowRef<MeasurementProgress | null>
  /**
   * Asks for a measurement; one that is under way is cancelled.
   * @param ask gives it the name under which it is heard of
   * @returns null when it was cancelled
   */
  measure: <Answer>(ask: (measurement: string) => Promise<Answer>) => Promise<Answer | null>
  cancel: () => void
}

/** Measurements of one part of a page, one at a time. They end with it. */
export function useMeasurement(): Measurement {
  const progress = shallowRef<MeasurementProgress | null>(null)
  let present: string | null = null

  function cancel(): void {
    // Where it cannot be reached it has ended, or the measurement itself fails and says so.
    if (present !== null) void request('measurements/cancel', { measurement: present }).catch(() => undefined)
    present = null
    progress.value = null
  }

  async function measure<Answer>(ask: (measurement: string) => Promise<Answer>): Promise<Answer | null> {
    cancel()
    const mine = crypto.randomUUID()
    present = mine
    try {
      const answer = await ask(mine)
      return present === mine ? answer : null
    } catch (error) {
      if (present !== mine || (error instanceof ShiftscopeError && error.code === measurementCancelled)) {
        return null
      }
      throw error
    } finally {
      if (present === mine) {
        present = null
        progress.value = null
      }
    }
  }

  const end = subscribe('measurement/changed', (event) => {
    if (event.measurement === present) progress.value = event
  })
  onScopeDispose(() => {
    cancel()
    end()
  })
  return { progress, measure, cancel }
}
