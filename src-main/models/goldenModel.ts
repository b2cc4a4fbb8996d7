import { z } from 'zod'
import { singlePerturbations } from '../compute/design'
import type { Batch, ModelState } from '../compute/executor'
import { sizeOf, type Model, type NamedTensors } from '../compute/model'
import type { CountMatrix } from '../screen/countMatrix'

/** Reads the golden model files for tests: their names become the names used here. */

const arraySchema = z.object({ shape: z.array(z.number()), data: z.array(z.number()) })
const numberOrArray = z.union([arraySchema, z.number()])
const tensorsSchema = z.record(z.string(), arraySchema)

export const goldenModelSchema = z.object({
  alpha: z.number(),
  beta: z.number(),
  kl_weight: z.number(),
  n_obs: z.number(),
  batch_norm: z.boolean(),
  dims: z.object({
    cells: z.number(),
    genes: z.number(),
    latents: z.number(),
    perturbations: z.number(),
    hidden: z.number(),
    layers: z.number(),
  }),
  x: arraySchema,
  y: arraySchema,
  eps: arraySchema,
  noise: arraySchema,
  dropout: z.number().default(0),
  dropout_keep: z.array(arraySchema).default([]),
  fixed_mask: arraySchema.optional(),
  params: tensorsSchema,
  running_before: tensorsSchema,
  running_after: tensorsSchema,
  eval: z.record(z.string(), numberOrArray),
  train: z.record(z.string(), numberOrArray),
  grad: z.record(z.string(), arraySchema.nullable()),
  three_steps: z.object({ losses: z.array(z.number()), params: tensorsSchema, running: tensorsSchema }),
})
export type GoldenModel = z.infer<typeof goldenModelSchema>

const names: readonly (readonly [RegExp, string])[] = [
  [/^px_r$/, 'decoder.logInverseDispersion'],
  [/^mu$/, 'mechanism.shift'],
  [/^log_alpha$/, 'mechanism.maskLogit'],
  [/^prior_logit$/, 'mechanism.priorLogit'],
  [/^q_mean$/, 'latent.mean'],
  [/^q_var$/, 'latent.variance'],
  [/^z$/, 'latent.sample'],
  [/^nb_loglik$/, 'logLikelihood'],
  [/^prior_mean$/, 'priorMean'],
  [/^mask_hard$/, 'mask'],
  [/^enc\./, 'encoder.'],
  [/^dec\./, 'decoder.'],
  [/\.(?:W|b|lin|act)(\d)$/, '.layer$1$&'],
  [/\.bn(\d)/, '.layer$1.bn'],
  [/\.layer(\d)\.lin\d$/, '.layer$1.linear'],
  [/\.layer(\d)\.act\d$/, '.layer$1.active'],
  [/\.bn$/, '.normalised'],
  [/\.bn\.gamma$/, '.scale'],
  [/\.bn\.beta$/, '.offset'],
  [/\.bn\.running_mean$/, '.runningMean'],
  [/\.bn\.running_var$/, '.runningVariance'],
  [/\.W\d?$/, '.weight'],
  [/\.b\d?$/, '.bias'],
  [/\.logvar\./, '.logVariance.'],
  [/\.out\./, '.output.'],
]

/** The name used here for a name in the golden files. */
export function nameOf(golden: string): string {
  return names.reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), golden)
}

export function tensorsOf(golden: Record<string, z.infer<typeof arraySchema>>): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(golden).map(([name, { data }]) => [nameOf(name), Float32Array.from(data)]),
  )
}

/** A dense matrix of counts as compressed sparse rows. */
export function sparse(values: readonly number[], genes: number): CountMatrix {
  const cells = values.length / genes
  const geneIndices: number[] = []
  const counts: number[] = []
  const rowStarts = new Uint32Array(cells + 1)
  for (let cell = 0; cell < cells; cell++) {
    for (let gene = 0; gene < genes; gene++) {
      const count = values[cell * genes + gene]
      if (count === 0) continue
      geneIndices.push(gene)
      counts.push(count)
    }
    rowStarts[cell + 1] = counts.length
  }
  return {
    cells,
    genes,
    rowStarts,
    geneIndices: Uint16Array.from(geneIndices),
    counts: Uint32Array.from(counts),
  }
}

/** The state in which a golden file starts. */
export function goldenState(golden: GoldenModel, model: Model): ModelState {
  const values = tensorsOf(golden.params)
  if (golden.fixed_mask) values['mechanism.fixedMask'] = Float32Array.from(golden.fixed_mask.data)
  const parameters = Object.fromEntries(model.parameters.map(({ name }) => [name, values[name]]))
  const zeros = (): NamedTensors =>
    Object.fromEntries(model.parameters.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]))
  return {
    parameters,
    statistics: tensorsOf(golden.running_before),
    adam: { steps: 0, firstMoments: zeros(), secondMoments: zeros() },
  }
}

/** Cells, design and noise of one of the three golden steps. */
export function goldenBatch(golden: GoldenModel, step: number): Batch {
  const { genes } = golden.dims
  const stepOf = ({ shape, data }: { shape: number[]; data: number[] }): Float32Array => {
    const size = sizeOf(shape.slice(1))
    return Float32Array.from(data.slice(step * size, (step + 1) * size))
  }
  return {
    counts: sparse(golden.x.data, genes),
    covariates: null,
    design: singlePerturbations(golden.y.data),
    noise: {
      kind: 'given',
      tensors: {
        reparameterisation: stepOf(golden.eps),
        mask: stepOf(golden.noise),
        ...Object.fromEntries(
          golden.dropout_keep.map(({ data }, layer) => [
            `encoder.layer${layer}.keep`,
            Float32Array.from(data),
          ]),
        ),
      },
    },
  }
}
