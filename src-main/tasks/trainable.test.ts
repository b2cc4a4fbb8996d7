import { describe, expect, it } from 'vitest'
import { requireTrainable } from './trainable'

const perturbation = (name: string, { control = false, heldOut = false } = {}) => ({
  name,
  cells: 40,
  control,
  heldOut,
})
const genes = { imported: 50, kept: 40, targets: [] }
const perturbations = [
  perturbation('control', { control: true }),
  perturbation('JAK2'),
  perturbation('STAT1'),
]

describe('a model that can say something of a screen', () => {
  it('has at most as many latents as there are genes', () => {
    const screen = { genes, perturbations }
    expect(() => {
      requireTrainable({ model: 'vae', latents: 40 }, screen)
    }).not.toThrow()
    expect(() => {
      requireTrainable({ model: 'vae', latents: 41 }, screen)
    }).toThrow(expect.objectContaining({ code: 'training/moreLatentsThanGenes' }))
  })

  it('has two perturbations to train on, unless it knows of none', () => {
    const held = [...perturbations.slice(0, 2), perturbation('STAT1', { heldOut: true })]
    expect(() => {
      requireTrainable({ model: 'svae-plus', latents: 5 }, { genes, perturbations })
    }).not.toThrow()
    expect(() => {
      requireTrainable({ model: 'svae-plus', latents: 5 }, { genes, perturbations: held })
    }).toThrow(expect.objectContaining({ code: 'training/fewPerturbations' }))
    expect(() => {
      requireTrainable({ model: 'beta-vae', latents: 5 }, { genes, perturbations: held })
    }).not.toThrow()
  })
})
