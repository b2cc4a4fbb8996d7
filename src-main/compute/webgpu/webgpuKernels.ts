import { engine, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu'
import type { GraphKernels } from '../graph/graphBackend'
import { AdamProgram, MomentsProgram, RunningProgram } from './elementPrograms'
import { DispersionGradientProgram, LikelihoodProgram, LogitGradientProgram } from './likelihoodPrograms'

type Uniform = NonNullable<Parameters<WebGPUBackend['runWebGPUProgram']>[3]>[number]

const float = (value: number): Uniform => ({ type: 'float32', data: [value] })
const integer = (value: number): Uniform => ({ type: 'int32', data: [value] })

/** Kernels of our own beside those of tfjs, on the same device and in the same queue. */
export function webgpuKernels(backend: WebGPUBackend): GraphKernels {
  const run = (program: WebGPUProgram, inputs: Tensor[], uniforms: Uniform[]): Tensor =>
    engine().makeTensorFromTensorInfo(backend.runWebGPUProgram(program, inputs, 'float32', uniforms), backend)

  return {
    negativeBinomial: (tape, logits, logInverseDispersion, counts, meanFloor) => {
      const [cells, genes] = [counts.tensor.shape[0], logInverseDispersion.tensor.size]
      const inputs = [logits.tensor, logInverseDispersion.tensor, counts.tensor]
      const floor = [float(meanFloor)]
      const statistics = run(new LikelihoodProgram(cells), inputs, floor)
      const logLikelihood = reshape(slice(statistics, [0, 0], [1, cells]), [cells])
      return tape.record(logLikelihood, [logits, logInverseDispersion], (gradient) => {
        const all = [...inputs, statistics, gradient]
        tape.accumulate(logits, () => run(new LogitGradientProgram(cells, genes), all, floor))
        tape.accumulate(logInverseDispersion, () => run(new DispersionGradientProgram(genes), all, floor))
      })
    },
    adam: (trained, gradient, steps, { learningRate, beta1, beta2, epsilon, weightDecay }) => {
      const { values } = trained
      const length = integer(values.size)
      const moments = run(
        new MomentsProgram(values.size),
        [trained.moments, values, gradient],
        [length, ...[beta1, 1 - beta1, beta2, 1 - beta2, weightDecay].map(float)],
      )
      const [stepSize, correction] = [learningRate / (1 - beta1 ** steps), 1 / Math.sqrt(1 - beta2 ** steps)]
      return {
        values: run(
          new AdamProgram(values.shape, values.size),
          [values, moments],
          [length, float(stepSize), float(correction), float(epsilon)],
        ),
        moments,
      }
    },
    moveTowards: (running, seen, share, factor) =>
      run(
        new RunningProgram(running.size),
        [running, seen],
        [integer(running.size), float(share), float(factor)],
      ),
  }
}
