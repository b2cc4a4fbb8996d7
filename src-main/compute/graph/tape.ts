import type { Tensor } from '@tensorflow/tfjs-core'
import { add } from '@tensorflow/tfjs-core'

/** A tensor in a pass, and the derivative of the result by it once `Tape.backward` has come by. */
export interface Value {
  readonly tensor: Tensor
  /** False for data and constants: no derivative is computed for them. */
  readonly needsGradient: boolean
  gradient: Tensor | null
}

interface Entry {
  readonly output: Value
  readonly propagate: (outputGradient: Tensor) => void
}

/**
 * Reverse-mode differentiation over operations that know their own derivative. tfjs's own tape is not used: its
 * registered gradients multiply with transposition flags, which the WebAssembly backend runs ten times slower than
 * an explicit transposition, and they cannot skip the derivatives by the data.
 * Use inside `tidy`: the tape owns no memory.
 */
export class Tape {
  private readonly entries: Entry[] = []
  private readonly variables: Value[] = []

  /** @param recording false for passes whose derivatives nobody asks for */
  constructor(readonly recording: boolean) {}

  constant(tensor: Tensor): Value {
    return { tensor, needsGradient: false, gradient: null }
  }

  variable(tensor: Tensor): Value {
    const value: Value = { tensor, needsGradient: this.recording, gradient: null }
    this.variables.push(value)
    return value
  }

  /**
   * Enters the result of an operation.
   * @param propagate adds to the gradients of the inputs (with `accumulate`), given the gradient of the output
   */
  record(tensor: Tensor, inputs: readonly Value[], propagate: (outputGradient: Tensor) => void): Value {
    const needsGradient = this.recording && inputs.some((input) => input.needsGradient)
    const output: Value = { tensor, needsGradient, gradient: null }
    if (needsGradient) this.entries.push({ output, propagate })
    return output
  }

  /** Adds to the gradient of a value that needs one; the contribution of any other is never computed. */
  accumulate(value: Value, contribution: () => Tensor): void {
    if (!value.needsGradient) return
    value.gradient = value.gradient ? add(value.gradient, contribution()) : contribution()
  }

  /**
   * Fills the gradients of everything that `result` depends on, given the gradient of `result`. Those of an earlier call
   * are forgotten.
   */
  backward(result: Value, resultGradient: Tensor): void {
    for (const value of this.variables) value.gradient = null
    for (const { output } of this.entries) output.gradient = null
    result.gradient = resultGradient
    for (const entry of this.entries.toReversed()) {
      if (entry.output.gradient) entry.propagate(entry.output.gradient)
    }
  }
}
