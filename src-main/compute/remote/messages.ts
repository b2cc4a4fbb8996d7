import { z } from 'zod'
import { problemSchema } from '@contract/errors'
import { randomPurposes, type RandomPurpose } from '../../numerics/random'
import { programSchema } from './program'

/** What an executor elsewhere is asked and answers. Every message is checked by whoever receives it. */

// `z.instanceof` would refuse arrays over shared memory in its type.
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array)
const doubles = z.custom<Float64Array>((value) => value instanceof Float64Array)
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const shorts = z.custom<Uint16Array>((value) => value instanceof Uint16Array)
const words = z.custom<Uint32Array>((value) => value instanceof Uint32Array)
const namedFloats = z.record(z.string(), floats)
const size = z.number().int().nonnegative()
const session = z.number().int()

const countsSchema = z.strictObject({
  cells: size,
  genes: size,
  rowStarts: words,
  geneIndices: z.union([shorts, words]),
  counts: z.union([bytes, shorts, words]),
})

const designSchema = z.strictObject({ starts: words, rows: words })
const cellsSchema = z.strictObject({ counts: countsSchema, covariates: designSchema.nullable() })

const batchSchema = cellsSchema.extend({
  design: designSchema,
  noise: z.strictObject({ kind: z.literal('given'), tensors: namedFloats }),
})

const stateSchema = z.strictObject({
  parameters: namedFloats,
  statistics: namedFloats,
  adam: z.strictObject({ steps: size, firstMoments: namedFloats, secondMoments: namedFloats }),
})

// Training reports a loss that is not a number as its own problem.
const anyNumber = z.custom<number>((value) => typeof value === 'number')

const figuresSchema = z.strictObject({
  cells: size,
  loss: anyNumber,
  logLikelihood: anyNumber,
  kl: anyNumber,
  sparsity: anyNumber,
})

function isPurpose(name: unknown): name is RandomPurpose {
  return typeof name === 'string' && Object.hasOwn(randomPurposes, name)
}

const tensorSchema = z.strictObject({ name: z.string(), shape: z.array(size) })
const noiseSchema = z.strictObject({
  name: z.string(),
  purpose: z.custom<RandomPurpose>(isPurpose),
  index: size,
  distribution: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('normal') }),
    z.strictObject({ kind: z.literal('logistic') }),
    z.strictObject({ kind: z.literal('keep'), rate: z.number() }),
  ]),
  rows: z.union([z.literal('cells'), size]),
  columns: size,
  trainingOnly: z.boolean(),
})
const modelSchema = z.strictObject({
  name: z.string(),
  genes: size,
  latents: size,
  shiftedLatents: size,
  perturbations: size,
  covariateLevels: size,
  addsParts: z.boolean(),
  parameters: z.array(tensorSchema.extend({ trained: z.boolean() })),
  statistics: z.array(tensorSchema.extend({ moves: z.boolean() })),
  noise: z.array(noiseSchema),
})
/** A model without its functions and start values. */
export type ModelDescription = z.infer<typeof modelSchema>

const adamSchema = z.strictObject({
  learningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  weightDecay: z.number(),
  rateFactors: z.record(z.string(), z.number()).optional(),
})

const pointsSchema = z.strictObject({
  points: size,
  genes: size,
  rowStarts: words,
  geneIndices: z.union([shorts, words]),
  logCounts: floats,
  factors: floats,
  covariates: designSchema.nullable(),
})

/** One cell, so that no answer grows with the cells that are asked for. */
const cellParticlesSchema = cellsSchema.extend({
  shifts: floats,
  edgeLogits: floats.nullable(),
  particles: size,
  noise: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('drawn'), seed: z.number(), streams: z.array(z.number()) }),
    z.strictObject({ kind: z.literal('given'), normals: floats, logistics: floats }),
  ]),
})

const done = z.strictObject({})

/** Each question with what is asked and answered. Programs of the loss carry the weight of the KL term in them. */
export const questions = {
  /** Starts the executor. */
  start: { body: done, reply: z.strictObject({ detail: z.string() }) },
  open: { body: z.strictObject({ session, model: modelSchema, state: stateSchema }), reply: done },
  step: {
    body: z.strictObject({ session, program: programSchema, batch: batchSchema, adam: adamSchema }),
    reply: figuresSchema,
  },
  evaluate: {
    body: z.strictObject({ session, program: programSchema, batch: batchSchema }),
    reply: figuresSchema,
  },
  inspect: {
    body: z.strictObject({
      session,
      program: programSchema,
      batch: batchSchema,
      mode: z.enum(['training', 'evaluation']),
    }),
    reply: z.strictObject({
      figures: figuresSchema,
      gradients: namedFloats,
      intermediates: namedFloats,
      statistics: namedFloats,
    }),
  },
  encode: {
    body: z.strictObject({ session, program: programSchema, cells: cellsSchema }),
    reply: z.strictObject({ values: floats }),
  },
  encoderGradients: {
    body: z.strictObject({ session, program: programSchema, points: pointsSchema }),
    reply: z.strictObject({ values: floats }),
  },
  logWeights: {
    body: z.strictObject({
      session,
      posterior: programSchema,
      decoder: programSchema,
      cell: cellParticlesSchema,
    }),
    reply: z.strictObject({ values: doubles }),
  },
  parameters: { body: z.strictObject({ session, names: z.array(z.string()) }), reply: namedFloats },
  state: { body: z.strictObject({ session }), reply: stateSchema },
  close: { body: z.strictObject({ session }), reply: done },
} as const
export type Questions = typeof questions
export type QuestionName = keyof Questions
export type QuestionBody<Name extends QuestionName> = z.infer<Questions[Name]['body']>
export type QuestionReply<Name extends QuestionName> = z.infer<Questions[Name]['reply']>

function isQuestion(name: unknown): name is QuestionName {
  return typeof name === 'string' && Object.hasOwn(questions, name)
}

/** `questions` again, with the name tying body and reply to their types. */
export const bodies: {
  readonly [Name in QuestionName]: { body: { parse(value: unknown): QuestionBody<Name> } }
} = questions
export const replies: {
  readonly [Name in QuestionName]: { reply: { parse(value: unknown): QuestionReply<Name> } }
} = questions

/** A question on its way; answers carry the same number. */
export const askedSchema = z.strictObject({
  id: z.number().int(),
  ask: z.custom<QuestionName>(isQuestion),
  body: z.unknown(),
})
export type Asked = z.infer<typeof askedSchema>

export const answeredSchema = z.discriminatedUnion('ok', [
  z.strictObject({ id: z.number().int(), ok: z.literal(true), reply: z.unknown() }),
  z.strictObject({ id: z.number().int(), ok: z.literal(false), problem: problemSchema }),
])
export type Answered = z.infer<typeof answeredSchema>

/** Whatever carries messages: both ends of a message channel, however it is made. */
export interface MessageLine {
  send(message: Asked | Answered): void
  onMessage(listener: (message: unknown) => void): void
  /** The other end is gone: nothing that was asked will be answered. */
  onEnd(listener: () => void): void
  close(): void
}
