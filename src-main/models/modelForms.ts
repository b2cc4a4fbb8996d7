import type { Model } from '../compute/model'
import type { BodyShape } from './body'
import { ivae } from './ivae'
import { samsVae, type SamsVaeOptions } from './samsVae'
import { onlyShiftsTrained } from './stages'
import { svae } from './svae'
import { svaePlus, type SvaePlusOptions } from './svaePlus'
import { vae } from './vae'

/** A form of a model, on a body of any shape, for tests. */
export type ModelForm = readonly [name: string, build: (body: BodyShape) => Model]

const trainingCells = 50
const svaeCode = { alpha: 9, trainingCells, penalty: 'mean' } as const
const svaePlusCode = { alpha: 4, beta: 0.7, trainingCells, sparsity: 'beta', mask: 'perCell' } as const

function svaePlusForm(name: string, changes: Partial<SvaePlusOptions>): ModelForm {
  return [name, (body) => svaePlus(body, { ...svaePlusCode, ...changes })]
}

function samsOptions({ perturbations }: BodyShape): Omit<SamsVaeOptions, 'form'> {
  const cellsOfPerturbations = Array.from({ length: perturbations }, (_, at) => 10 + at)
  return { edgeProbability: 0.2, trainingCells, cellsOfPerturbations }
}

/** Every model of the family in every form that can be trained as a whole. */
export const modelForms: readonly ModelForm[] = [
  ['VAE', (body) => vae('vae', body, { beta: 1 })],
  ['β-VAE', (body) => vae('beta-vae', body, { beta: 8 })],
  ['iVAE of the code', (body) => ivae(body, { mask: 'perCell' })],
  ['iVAE of the paper', (body) => ivae(body, { mask: 'present' })],
  ['sVAE of the code', (body) => svae(body, { ...svaeCode, mask: 'perCell' })],
  ['sVAE of the paper', (body) => svae(body, { ...svaeCode, penalty: 'sum', mask: 'perCell' })],
  svaePlusForm('sVAE+ of the code', {}),
  svaePlusForm('sVAE+ of the paper', { sparsity: 'bernoulliBeta' }),
  svaePlusForm('sVAE+ with half of the divergence', { sparsity: 'presentBeta' }),
  svaePlusForm('sVAE+ with one mask for each perturbation', { mask: 'perPerturbation' }),
  svaePlusForm('sVAE+ with the mask averaged over', { mask: 'marginal' }),
  ['SAMS-VAE', (body) => samsVae(body, { ...samsOptions(body), form: 'closed' })],
  [
    'SAMS-VAE, drawn',
    (body) =>
      samsVae(
        { ...body, batchNorm: false, residual: true, dropout: 0 },
        { ...samsOptions(body), form: 'drawn' },
      ),
  ],
]

/** With a mask that is given: what the stages of the transfer protocol train. */
export const fixedMaskForms: readonly ModelForm[] = [
  ['iVAE with a fixed mask', (body) => ivae(body, { mask: 'fixed' })],
  ['sVAE with a fixed mask', (body) => svae(body, { ...svaeCode, mask: 'fixed' })],
  svaePlusForm('sVAE+ with a fixed mask', { mask: 'fixed' }),
]

/** What the stages train differs, and so does which gradients and statistics an executor works out. */
export const shiftsOnly: readonly ModelForm[] = [
  [
    'sVAE+ of which only shifts are trained',
    (body) => onlyShiftsTrained(svaePlus(body, { ...svaePlusCode, mask: 'fixed' }), 'svae-plus'),
  ],
  [
    'sVAE of which only shifts are trained',
    (body) => onlyShiftsTrained(svae(body, { ...svaeCode, mask: 'fixed' }), 'svae'),
  ],
]
