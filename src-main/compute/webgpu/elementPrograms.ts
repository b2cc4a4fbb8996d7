import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu'

/** One thread for each element of the result. */
abstract class ElementProgram implements WebGPUProgram {
  abstract readonly variableNames: string[]
  abstract readonly uniforms: string
  abstract readonly shaderKey: string
  readonly workgroupSize: [number, number, number] = [64, 1, 1]
  readonly dispatchLayout: { x: number[] }
  readonly dispatch: [number, number, number]
  readonly outputShape: number[]

  constructor(
    shape: readonly number[],
    protected readonly threads: number,
  ) {
    this.outputShape = [...shape]
    this.dispatchLayout = { x: shape.map((_length, axis) => axis) }
    this.dispatch = [Math.ceil(threads / this.workgroupSize[0]), 1, 1]
  }

  abstract getUserCode(): string
}

/** Both moments of Adam after a step, 2 × length, from those before, the values (for the decay) and their gradient. */
export class MomentsProgram extends ElementProgram {
  readonly variableNames = ['moments', 'values', 'gradient']
  readonly uniforms = 'length : i32, beta1 : f32, rest1 : f32, beta2 : f32, rest2 : f32, weightDecay : f32,'
  readonly shaderKey = 'adamMoments'

  constructor(length: number) {
    super([2, length], length)
  }

  getUserCode(): string {
    return /* wgsl */ `
fn main(index : i32) {
  let length = uniforms.length;
  if (index < length) {
    let g = gradient[index] + uniforms.weightDecay * values[index];
    result[index] = uniforms.beta1 * moments[index] + uniforms.rest1 * g;
    result[length + index] = uniforms.beta2 * moments[length + index] + uniforms.rest2 * g * g;
  }
}
`
  }
}

/** Values after a step of Adam, from those before and the moments after it. */
export class AdamProgram extends ElementProgram {
  readonly variableNames = ['values', 'moments']
  readonly uniforms = 'length : i32, stepSize : f32, correction : f32, epsilon : f32,'
  readonly shaderKey = 'adamValues'

  getUserCode(): string {
    return /* wgsl */ `
fn main(index : i32) {
  let length = uniforms.length;
  if (index < length) {
    let deviation = sqrt(moments[length + index]) * uniforms.correction + uniforms.epsilon;
    result[index] = values[index] - uniforms.stepSize * moments[index] / deviation;
  }
}
`
  }
}

/** running + share · (factor · seen - running). */
export class RunningProgram extends ElementProgram {
  readonly variableNames = ['running', 'seen']
  readonly uniforms = 'length : i32, share : f32, factor : f32,'
  readonly shaderKey = 'runningStatistics'

  constructor(length: number) {
    super([length], length)
  }

  getUserCode(): string {
    return /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.length) {
    let change = uniforms.factor * seen[index] - running[index];
    result[index] = running[index] + uniforms.share * change;
  }
}
`
  }
}
