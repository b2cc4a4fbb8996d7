import { getBackend, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import type { AdamSettings } from '../adam'
import type { Tape, Value } from './tape'

/** A trained tensor with what Adam remembers of it. */
export interface TrainedTensor {
  readonly values: Tensor
  /** First and second moments: 2 × number of values. */
  readonly moments: Tensor
}

/** What a backend does with code of its own instead of composing it of tfjs operations. */
export interface GraphKernels {
  /** As `Operations.negativeBinomial`. */
  negativeBinomial(
    tape: Tape,
    logits: Value,
    logInverseDispersion: Value,
    counts: Value,
    meanFloor: number,
  ): Value
  /**
   * One step of Adam, as `adamStep`; the result shares nothing with what was given.
   * @param steps number of this step, counted from 1
   */
  adam(trained: TrainedTensor, gradient: Tensor, steps: number, settings: AdamSettings): TrainedTensor
  /** running + share · (factor · seen - running). */
  moveTowards(running: Tensor, seen: Tensor, share: number, factor: number): Tensor
}

/** A tfjs backend that is up and computes rightly. */
export interface GraphBackend {
  readonly name: string
  /** What it is, and why nothing faster was taken. */
  readonly detail: string
  readonly kernels: GraphKernels
  /** Makes it the one that tfjs computes on, until another one is. */
  activate(): void
  /**
   * The values of a tensor, once everything they depend on is computed.
   * @throws ShiftscopeError `device/lost`, `device/outOfMemory` when the device gave up meanwhile
   */
  read(tensor: Tensor): Promise<Float32Array>
}

/** Makes a backend that has started before the one that tfjs computes on. */
export function activateBackend(name: string): void {
  // It has started: what is left to do is done when the call returns.
  if (getBackend() !== name) void setBackend(name)
}
