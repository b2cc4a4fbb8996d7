import type { EpochRecord } from '@contract/run'
import type { Batch, Executor, Session } from '../compute/executor'
import type { Checkpoint } from './checkpoint'

/** What takes over when a device fails in the middle of a run. */
export interface Fallback {
  /** Whether this failure is one that the fallback does not share. */
  readonly covers: (error: unknown) => boolean
  /** Starts it. */
  readonly start: () => Promise<Executor>
  /** Told before it goes on. */
  readonly onFallback: (failure: {
    /** One sentence without its full stop. */
    readonly reason: string
    /** Where the run goes on, "epoch 3, batch 4 of 9". */
    readonly from: string
    /** Epochs that are kept; later ones are trained again. */
    readonly history: readonly EpochRecord[]
  }) => void | Promise<void>
}

/** A step whose loss was not a number. */
export interface FailedStep {
  readonly batch: Batch
  readonly klWeight: number
}

/** A device did not do what it should; what is left of the run on it. */
export class DeviceFailed extends Error {
  constructor(
    readonly reason: unknown,
    /** Where to go on; null from the start. */
    readonly from: Checkpoint | null,
    /** The step that shows whether the model is to blame; null where the device failed by itself. */
    readonly step: FailedStep | null = null,
  ) {
    super('A device failed in the middle of a run.', { cause: reason })
  }
}

/** Why a device failed, as the beginning of a sentence that goes on. */
export function reasonOf({ reason }: DeviceFailed): string {
  const text = reason instanceof Error ? reason.message : String(reason)
  return text.trim().split('\n', 1)[0].replace(/\.$/, '')
}

function isFinite(values: Float32Array): boolean {
  return values.every((value) => Number.isFinite(value))
}

/** Values of a session that can be gone on with: all numbers, after the steps expected; null where it has none. */
export async function readableState(
  session: Session,
  steps: number,
): Promise<Awaited<ReturnType<Session['state']>> | null> {
  try {
    const state = await session.state()
    const { firstMoments, secondMoments } = state.adam
    const tensors = [state.parameters, state.statistics, firstMoments, secondMoments].flatMap((named) =>
      Object.values(named),
    )
    return state.adam.steps === steps && tensors.every(isFinite) ? state : null
  } catch {
    return null
  }
}
