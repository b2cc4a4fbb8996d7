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
      requireTrainable({ model: 'vae', latents: 40, contentLatents: 0 }, screen)
    }).not.toThrow()
    expect(() => {
      requireTrainable({ model: 'vae', latents: 41, contentLatents: 0 }, screen)
    }).toThrow(expect.objectContaining({ code: 'training/moreLatentsThanGenes' }))
  })

  it('counts content latents among its latents', () => {
    const screen = { genes, perturbations }
    expect(() => {
      requireTrainable({ model: 'vae', latents: 30, contentLatents: 10 }, screen)
    }).not.toThrow()
    expect(() => {
      requireTrainable({ model: 'vae', latents: 30, contentLatents: 11 }, screen)
    }).toThrow(
      expect.objectContaining({
        code: 'training/moreLatentsThanGenes',
        message: '30 latents and 11 content latents are more than the 40 genes of the prepared screen.',
      }),
    )
  })

  it('has two perturbations to train on, unless it knows of none', () => {
    const held = [...perturbations.slice(0, 2), perturbation('STAT1', { heldOut: true })]
    expect(() => {
      requireTrainable({ model: 'svae-plus', latents: 5, contentLatents: 0 }, { genes, perturbations })
    }).not.toThrow()
    expect(() => {
      requireTrainable({ model: 'svae-plus', latents: 5, contentLatents: 0 }, { genes, perturbations: held })
    }).toThrow(expect.objectContaining({ code: 'training/fewPerturbations' }))
    expect(() => {
      requireTrainable({ model: 'beta-vae', latents: 5, contentLatents: 0 }, { genes, perturbations: held })
    }).not.toThrow()
  })
})
