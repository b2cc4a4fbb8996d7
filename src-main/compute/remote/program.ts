import { z } from 'zod'
import type { Node, Recorded, Recording } from '../fused/recording'

/**
 * A recorded pass as plain data: what a model computes, in a form that can be sent to where it is computed. A value is
 * named by the position of the step that gives it.
 */

const value = z.number().int().nonnegative()
const kind = <Kind extends Recorded['kind'], Shape extends z.ZodRawShape>(name: Kind, fields: Shape) =>
  z.strictObject({ kind: z.literal(name), ...fields })

const operationSchema = z.discriminatedUnion('kind', [
  kind('parameter', { name: z.string() }),
  kind('logCounts', {}),
  kind('counts', {}),
  kind('design', {}),
  kind('covariates', {}),
  kind('noise', { name: z.string() }),
  kind('latents', {}),
  kind('dense', { input: value, weight: value, bias: value.nullable() }),
  kind('batchNorm', { layer: z.string(), input: value, scale: value, offset: value }),
  kind('relu', { input: value }),
  kind('leakyRelu', { input: value, slope: z.number() }),
  kind('dropout', { input: value, keep: value, rate: z.number() }),
  kind('variance', { input: value, floor: z.number() }),
  kind('sampleGaussian', { mean: value, variance: value, noise: value }),
  kind('gaussianKl', { mean: value, variance: value, priorMean: value }),
  kind('maskedGaussianKl', { mean: value, variance: value, shift: value, maskLogits: value }),
  kind('gaussianLogRatio', { sample: value, variance: value, noise: value }),
  kind('zeros', {}),
  kind('negativeBinomial', { logits: value, logInverseDispersion: value, meanFloor: z.number() }),
  kind('selectRows', { design: value, matrix: value }),
  kind('straightThroughSigmoid', { logits: value, noise: value }),
  kind('multiply', { a: value, b: value }),
  kind('add', { a: value, b: value }),
  kind('betaPenalty', { logits: value, alpha: z.number() }),
  kind('bernoulliKl', { logits: value, priorLogits: value, presentOnly: z.boolean() }),
  kind('probabilitySum', { logits: value }),
  kind('bernoulliLogRatio', { mask: value, logits: value, priorProbability: z.number() }),
  kind('weightedSum', { terms: z.array(z.strictObject({ term: value, weight: z.number() })) }),
])
export type ProgramOperation = z.infer<typeof operationSchema>

const stepSchema = z.strictObject({
  operation: operationSchema,
  rows: z.union([z.literal('cells'), z.number().int().nonnegative()]),
  columns: z.number().int().nonnegative(),
})
export type ProgramStep = z.infer<typeof stepSchema>

export const programSchema = z.strictObject({
  steps: z.array(stepSchema),
  /** What the program gives; null for what it does not. */
  terms: z
    .strictObject({ loss: value, logLikelihood: value, kl: value, sparsity: value.nullable() })
    .nullable(),
  encoded: value.nullable(),
  posterior: z.strictObject({ mean: value, variance: value }).nullable(),
  likelihood: value.nullable(),
  /** Values that are shown, by name. */
  observed: z.record(z.string(), value),
})
export type Program = z.infer<typeof programSchema>

function isNode(candidate: unknown): candidate is Node {
  return typeof candidate === 'object' && candidate !== null && 'id' in candidate && 'operation' in candidate
}

/** A field of an operation with nodes replaced by their numbers. */
function flattened(field: unknown): unknown {
  if (isNode(field)) return field.id
  if (Array.isArray(field)) return field.map(flattened)
  if (typeof field !== 'object' || field === null) return field
  return Object.fromEntries(Object.entries(field).map(([name, inner]) => [name, flattened(inner)]))
}

/** Writes a recording as plain data. */
export function programOf({ nodes, terms, encoded, posterior, likelihood, observed }: Recording): Program {
  return {
    steps: nodes.map(({ operation, rows, columns }) => ({
      operation: operationSchema.parse(flattened(operation)),
      rows,
      columns,
    })),
    terms: terms && {
      loss: terms.loss.id,
      logLikelihood: terms.logLikelihood.id,
      kl: terms.kl.id,
      sparsity: terms.sparsity?.id ?? null,
    },
    encoded: encoded?.id ?? null,
    posterior: posterior && { mean: posterior.mean.id, variance: posterior.variance.id },
    likelihood: likelihood?.id ?? null,
    observed: Object.fromEntries([...observed].map(([name, { id }]) => [name, id])),
  }
}
