import { expect, test } from 'vitest'
import { latentSharesSchema } from '@contract/results'
import { shareLines } from './shareLines'

const shares = latentSharesSchema.parse({
  latents: ['z1', 'z2', 'z3', 'z4'].map((name) => ({ name, label: name, content: false })),
  factors: [
    { name: 'perturbation', kind: 'perturbation', levels: 5, nested: false },
    { name: 'depth', kind: 'depth', levels: null, nested: false },
    { name: 'cell_type', kind: 'labels', levels: 4, nested: false },
    { name: 'guide', kind: 'labels', levels: 9, nested: true },
  ],
  share: [
    [0.6, 0.1, 0.5, 0.2],
    [0.1, 0.35, 0.3, 0.1],
    [0.62, 0.32, 0.2, 0.1],
    [0.7, 0.1, 0.6, 0.2],
  ],
})

test('names the latents that follow something else than a perturbation', () => {
  expect(shareLines(shares)).toEqual([
    '  over 30 % of the spread of z1 (cell_type 62 %), z2 (depth 35 %) is explained by something else than a perturbation: edges of such latents may be composition, not effect',
  ])
})

test('says what content latents follow, and calls no edge of theirs into question', () => {
  const content = {
    ...shares,
    latents: shares.latents.map((latent, at) => ({
      ...latent,
      ...(at >= 2 ? {} : { name: `c${at + 1}`, content: true }),
    })),
  }
  expect(shareLines(content)).toEqual([
    '  content latents, each with what explains most of its spread: c1 cell_type 62 %, c2 depth 35 %',
    '  over 30 % of the spread of c1 (60 %) is explained by the perturbation: that part of the effects is in no edge; compare with a run with fewer content latents, or none',
  ])
})

test('says nothing where no latent does, and of runs of before it was computed', () => {
  expect(shareLines({ ...shares, share: shares.share.map((row) => row.map((share) => share / 4)) })).toEqual(
    [],
  )
  expect(shareLines(null)).toEqual([])
})
