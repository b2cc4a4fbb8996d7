/** Added to a variance by batch normalisation before its root. */
export const batchNormEpsilon = 1e-3

/**
 * The operations in which models are written. Every executor implements them with their derivatives; a model never
 * sees what a tensor is. Matrices are rows × columns, "cells × p" names the two.
 */
export interface Operations<T> {
  /** input · weightᵀ + bias (or nothing): cells × in, out × in, out → cells × out. */
  dense(input: T, weight: T, bias: T | null): T
  /**
   * Batch normalisation over cells, then scale and offset per column. While training it uses the mean and (biased)
   * variance of the batch and moves the running statistics `<layer>.runningMean` and `<layer>.runningVariance`;
   * otherwise it uses those.
   */
  batchNorm(layer: string, input: T, scale: T, offset: T): T
  /** max(input, 0). */
  relu(input: T): T
  /** The input where it is positive, slope · input elsewhere. */
  leakyRelu(input: T, slope: number): T
  /** input · keep / (1 - rate) while training, the input otherwise. */
  dropout(input: T, keep: () => T, rate: number): T
  /** exp(logVariance) + floor. */
  variance(logVariance: T, floor: number): T
  /** mean + √variance · noise. */
  sampleGaussian(mean: T, variance: T, noise: T): T
  /** KL(N(mean, variance) ‖ N(priorMean, 1)) of each row, summed over columns: cells × p → cells, or K × p → K. */
  gaussianKl(mean: T, variance: T, priorMean: T): T
  /**
   * The mean of gaussianKl(mean, variance, mask · shift) over masks of zeros and ones with probabilities
   * q = sigmoid(maskLogits): ½ (v + m² - 1 - log v) + q (½ shift² - m · shift) of each row, summed over columns.
   */
  maskedGaussianKl(mean: T, variance: T, shift: T, maskLogits: T): T
  /**
   * log N(sample; mean, variance) - log N(sample; 0, 1) of each element of a sample = mean + √variance · noise, which
   * is (sample² - noise² - log variance) / 2: an estimate of the divergence by one draw.
   */
  gaussianLogRatio(sample: T, variance: T, noise: T): T
  /** Zeros in the shape of another tensor; nothing flows back. */
  zerosLike(input: T): T
  /**
   * Log-likelihood of each cell: negative binomial with mean (total count of the cell) · softmax(logits) + meanFloor
   * and inverse dispersion exp(logInverseDispersion): cells × genes, genes, cells × genes → cells.
   */
  negativeBinomial(logits: T, logInverseDispersion: T, counts: T, meanFloor: number): T
  /** design · matrix: cells × K, K × p → cells × p, for either design of the input. Nothing flows back to the design. */
  selectRows(design: T, matrix: T): T
  /**
   * One draw of the Gumbel-sigmoid: forward 1 where sigmoid(logits + noise) > 1/2 and 0 elsewhere, backward the
   * derivative of the sigmoid (straight-through).
   */
  straightThroughSigmoid(logits: T, noise: T): T
  /** Element by element. */
  multiply(a: T, b: T): T
  /** Element by element. */
  add(a: T, b: T): T
  /** Scalar -Σ log Beta(sigmoid(logits); 1, alpha), alpha ≥ 1 pulls towards 0. */
  betaPenalty(logits: T, alpha: number): T
  /**
   * Scalar Σ KL(Bern(sigmoid(logits)) ‖ Bern(sigmoid(priorLogits))); `presentOnly` keeps only the term
   * q log(q / ψ).
   */
  bernoulliKl(logits: T, priorLogits: T, presentOnly: boolean): T
  /** Scalar Σ sigmoid(logits). */
  probabilitySum(logits: T): T
  /**
   * log Bern(mask; sigmoid(logits)) - log Bern(mask; priorProbability) of each element of a drawn mask of zeros and
   * ones: an estimate of the divergence by one draw.
   */
  bernoulliLogRatio(mask: T, logits: T, priorProbability: number): T
  /** Scalar Σ weight · (sum of all elements of the term). */
  weightedSum(terms: readonly { readonly term: T; readonly weight: number }[]): T
}
