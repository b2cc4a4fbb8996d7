import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { designOf } from '../compute/design'
import type { Batch, Inspection, ModelState, Session } from '../compute/executor'
import { sizeOf, type NamedTensors } from '../compute/model'
import file from '../golden/model_samsvae.json'
import { expectGradient, expectValues, goldenExecutors } from './goldenChecks'
import { sparse } from './goldenModel'
import { samsVae } from './samsVae'

const arraySchema = z.object({ shape: z.array(z.number()), data: z.array(z.number()) })
const golden = z
  .object({
    x: arraySchema,
    D: arraySchema,
    cells_per_perturbation: arraySchema,
    mask_prior_prob: z.number(),
    log_mean: arraySchema,
    log_std: arraySchema,
    eps_z: arraySchema,
    eps_E: arraySchema,
    mask_noise: arraySchema,
    params: z.record(z.string(), arraySchema),
    mask: arraySchema,
    E: arraySchema,
    offset: arraySchema,
    q_mean: arraySchema,
    q_var: arraySchema,
    z_basal: arraySchema,
    z: arraySchema,
    terms: z.object({ reconstruction: arraySchema, z_basal: arraySchema, E: arraySchema, mask: arraySchema }),
    loss: z.number(),
    grad: z.record(z.string(), arraySchema),
  })
  .parse(file)

const [cells, genes] = golden.x.shape
const [perturbations, latents] = golden.E.shape
const hidden = golden.params.enc_b0.data.length

const model = samsVae(
  {
    ...{ genes, latents, contentLatents: 0, perturbations, covariateLevels: 0 },
    ...{ hidden, layers: 2, batchNorm: false, residual: true, dropout: 0 },
  },
  {
    form: 'drawn',
    edgeProbability: golden.mask_prior_prob,
    trainingCells: cells,
    cellsOfPerturbations: golden.cells_per_perturbation.data,
  },
)

/** Tensors that are the same here, by their names in the golden file. */
const names: Readonly<Record<string, string>> = {
  mask_logits: 'mechanism.maskLogit',
  E_loc: 'mechanism.shift',
  E_log_scale: 'mechanism.logShiftScale',
  enc_b0: 'encoder.layer0.bias',
  enc_W1: 'encoder.layer1.weight',
  enc_b1: 'encoder.layer1.bias',
  enc_mean_W: 'encoder.mean.weight',
  enc_mean_b: 'encoder.mean.bias',
  enc_logvar_W: 'encoder.logVariance.weight',
  enc_logvar_b: 'encoder.logVariance.bias',
  dec_W0: 'decoder.layer0.weight',
  dec_b0: 'decoder.layer0.bias',
  dec_W1: 'decoder.layer1.weight',
  dec_b1: 'decoder.layer1.bias',
  dec_out_W: 'decoder.output.weight',
  dec_out_b: 'decoder.output.bias',
  log_concentration: 'decoder.logInverseDispersion',
}

/** Columns of the golden encoder's first weight: those of the genes, then those of the shift. */
function columns(matrix: readonly number[], first: number, end: number): number[] {
  return matrix.filter((_, at) => at % (genes + latents) >= first && at % (genes + latents) < end)
}

/**
 * The golden encoder takes (log(1 + x) - mean) / deviation of each gene; the same function of log(1 + x) has the
 * weights W / deviation and the bias b - Σ W mean / deviation.
 */
function goldenState(): ModelState {
  const { enc_W0: first, enc_b0: bias, ...others } = golden.params
  const ofGenes = columns(first.data, 0, genes)
  const [mean, deviation] = [golden.log_mean.data, golden.log_std.data]
  const weight = ofGenes.map((value, at) => value / deviation[at % genes])
  const parameters = Object.fromEntries(
    Object.entries(others).map(([name, { data }]) => [names[name], Float32Array.from(data)]),
  )
  const shares = Array.from(
    { length: perturbations * latents },
    (_, at) => 1 / golden.cells_per_perturbation.data[Math.floor(at / latents)],
  )
  const offset = (unit: number): number =>
    mean.reduce((sum, value, gene) => sum + weight[unit * genes + gene] * value, 0)
  const zeros = (): NamedTensors =>
    Object.fromEntries(model.parameters.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]))
  return {
    parameters: {
      ...parameters,
      'encoder.layer0.weight': Float32Array.from(weight),
      'encoder.layer0.bias': Float32Array.from(bias.data, (value, unit) => value - offset(unit)),
      'encoder.shift.weight': Float32Array.from(columns(first.data, genes, genes + latents)),
      'mechanism.cellShare': Float32Array.from(shares),
    },
    statistics: {},
    adam: { steps: 0, firstMoments: zeros(), secondMoments: zeros() },
  }
}

/** Gradients by the golden file's parameters, from those by ours. */
function goldenGradients(ours: NamedTensors): Record<string, number[]> {
  const byBias = ours['encoder.layer0.bias']
  const byGenes = [...ours['encoder.layer0.weight']].map(
    (value, at) =>
      (value - byBias[Math.floor(at / genes)] * golden.log_mean.data[at % genes]) /
      golden.log_std.data[at % genes],
  )
  const byShift = [...ours['encoder.shift.weight']]
  const first = Array.from({ length: hidden }, (_, unit) => [
    ...byGenes.slice(unit * genes, (unit + 1) * genes),
    ...byShift.slice(unit * latents, (unit + 1) * latents),
  ])
  const others = Object.entries(names).map(([name, here]) => [name, [...ours[here]]] as const)
  return { ...Object.fromEntries(others), enc_W0: first.flat() }
}

const batch: Batch = {
  counts: sparse(golden.x.data, genes),
  covariates: null,
  design: designOf(
    Array.from({ length: cells }, (_, cell) =>
      golden.D.data
        .slice(cell * perturbations, (cell + 1) * perturbations)
        .flatMap((carried, perturbation) => (carried === 1 ? [perturbation] : [])),
    ),
  ),
  noise: {
    kind: 'given',
    tensors: {
      reparameterisation: Float32Array.from(golden.eps_z.data),
      mask: Float32Array.from(golden.mask_noise.data),
      shift: Float32Array.from(golden.eps_E.data),
    },
  },
}

function rowSums(values: Float32Array): number[] {
  const sums = new Array<number>(cells).fill(0)
  values.forEach((value, at) => (sums[Math.floor(at / latents)] += value))
  return sums
}

describe.each(goldenExecutors)('SAMS-VAE on %s', (_executor, start) => {
  let session: Session
  let seen: Inspection

  beforeAll(async () => {
    session = (await start()).open(model, goldenState())
    seen = await session.inspect(batch, 1, 'training')
  })
  afterAll(() => session.close())

  test('draws, latents and terms', () => {
    const { intermediates, figures } = seen
    expectValues('mask', intermediates.mask, golden.mask.data)
    expectValues('E', intermediates.shift, golden.E.data)
    expectValues('offset', intermediates.shiftOfCell, golden.offset.data)
    expectValues('q_mean', intermediates['latent.mean'], golden.q_mean.data)
    expectValues('q_var', intermediates['latent.variance'], golden.q_var.data)
    expectValues('z_basal', intermediates['latent.basal'], golden.z_basal.data)
    expectValues('z', intermediates['latent.sample'], golden.z.data)
    const { reconstruction, z_basal: basal, E: ofShifts, mask: ofMask } = golden.terms
    const negative = (values: readonly number[]): number[] => values.map((value) => -value)
    expectValues('reconstruction', intermediates.logLikelihood, reconstruction.data)
    expectValues('KL of z_basal', rowSums(intermediates.kl), negative(basal.data))
    expectValues('KL of E', rowSums(intermediates.shiftDivergence), negative(ofShifts.data))
    expectValues('KL of the mask', rowSums(intermediates.maskDivergence), negative(ofMask.data))
    expect(Math.abs(figures.loss / golden.loss - 1)).toBeLessThan(1e-5)
  })

  test('every gradient', () => {
    const ours = goldenGradients(seen.gradients)
    const largest = Math.max(...Object.values(golden.grad).flatMap(({ data }) => data.map(Math.abs)))
    for (const [name, { data }] of Object.entries(golden.grad))
      expectGradient(name, ours[name], data, largest)
    expect(seen.gradients['mechanism.cellShare']).toBeUndefined()
  })
})
