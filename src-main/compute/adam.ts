export interface AdamSettings {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** L2 penalty, added to the gradient. */
  readonly weightDecay: number
  /** Factors of the learning rate of single tensors, by name; 1 for every other. */
  readonly rateFactors?: Readonly<Record<string, number>>
}

/** The learning rate of a tensor. */
export function learningRateOf({ learningRate, rateFactors }: AdamSettings, tensor: string): number {
  return learningRate * (rateFactors?.[tensor] ?? 1)
}

/** Adam as the published models were trained with; its large epsilon makes the scale of the loss matter. */
export const publishedAdam: AdamSettings = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 0.01,
  weightDecay: 1e-6,
}

type Floats = Float32Array | Float64Array

/**
 * One step of Adam in place (Kingma and Ba 2015), with L2 decay added to the gradient and the denominator
 * √v / √(1 - β₂ᵗ) + ε.
 * @param steps number of this step, counted from 1
 */
export function adamStep(
  values: Floats,
  gradient: Floats,
  firstMoment: Floats,
  secondMoment: Floats,
  steps: number,
  settings: AdamSettings,
): void {
  const { beta1, beta2, epsilon, weightDecay } = settings
  const stepSize = settings.learningRate / (1 - beta1 ** steps)
  const correction = 1 / Math.sqrt(1 - beta2 ** steps)
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] + weightDecay * values[i]
    const m = beta1 * firstMoment[i] + (1 - beta1) * g
    const v = beta2 * secondMoment[i] + (1 - beta2) * g * g
    firstMoment[i] = m
    secondMoment[i] = v
    values[i] -= (stepSize * m) / (Math.sqrt(v) * correction + epsilon)
  }
}
