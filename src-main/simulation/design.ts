import { ShiftscopeError } from '@contract/errors'
import type { SandboxRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import { drawNormal } from '../numerics/sampling'
import { streams } from './streams'

/** Spread of the sizes of shifts about ± e. */
const effectSpread = 0.5

/** Which perturbations shift which latents, and by how much. */
export interface Design {
  /** perturbations × latents, row-major. */
  readonly shifts: Float32Array
  /** perturbations × latents; 1 where there is a shift. */
  readonly edges: Uint8Array
  readonly heldOut: readonly boolean[]
}

/** The last so many perturbations are held out, as in the publication. */
export function lastHeldOut(perturbations: number, share: number): boolean[] {
  const first = perturbations - Math.round(share * perturbations)
  return Array.from({ length: perturbations }, (_, perturbation) => perturbation >= first)
}

/**
 * Draws the sparse shifts of the sandbox (Lopez et al. 2023, equations 14 and 15): every perturbation shifts a few
 * latents by Normal(± e, 0.5), either sign with equal probability. Targets are drawn with replacement in the form of
 * the code, without in that of the paper, or spread at random over the table where a density is given.
 * @throws ShiftscopeError `simulation/targets` when a perturbation should shift more latents than there are
 */
export function drawDesign(recipe: SandboxRecipe): Design {
  const { perturbations, latents, targets, seed } = recipe
  if (recipe.density === null && targets.minimum > latents) {
    throw new ShiftscopeError({
      code: 'simulation/targets',
      message: `A perturbation cannot shift ${targets.minimum} latents where there are ${latents}.`,
      where: 'targets',
      hint: 'Ask for fewer targets or more latents.',
    })
  }
  const heldOut = lastHeldOut(perturbations, recipe.heldOutShare)
  const edges = new Uint8Array(perturbations * latents)
  for (const isHeldOut of [false, true]) {
    const rows = Array.from(heldOut.keys()).filter((row) => heldOut[row] === isHeldOut)
    const density = (isHeldOut ? recipe.heldOutDensity : null) ?? recipe.density
    if (density === null) drawTargets(edges, rows, recipe)
    else
      drawDensity(
        edges,
        rows,
        latents,
        density,
        new RandomStream(seed, 'simulation', streams.density, Number(isHeldOut)),
      )
  }
  const shifts = new Float32Array(edges.length)
  for (let perturbation = 0; perturbation < perturbations; perturbation++) {
    const random = new RandomStream(seed, 'simulation', streams.shifts, perturbation)
    const effect = (heldOut[perturbation] ? recipe.heldOutEffect : null) ?? recipe.effect
    for (let at = perturbation * latents; at < (perturbation + 1) * latents; at++) {
      if (edges[at] === 0) continue
      shifts[at] = (random.nextUniform() < 0.5 ? -effect : effect) + effectSpread * drawNormal(random)
    }
  }
  return { shifts, edges, heldOut }
}

function drawTargets(
  edges: Uint8Array,
  rows: readonly number[],
  { latents, targets, form, seed }: SandboxRecipe,
): void {
  for (const row of rows) {
    const random = new RandomStream(seed, 'simulation', streams.targets, row)
    const most = form === 'paper' ? Math.min(targets.maximum, latents) : targets.maximum
    const count = targets.minimum + random.nextInteger(Math.max(0, most - targets.minimum) + 1)
    const order = random.shuffle(Uint32Array.from({ length: latents }, (_, latent) => latent))
    for (let i = 0; i < count; i++) {
      edges[row * latents + (form === 'paper' ? order[i] : random.nextInteger(latents))] = 1
    }
  }
}

/** Spreads round(density × rows × latents) edges over the rows; every table of so many is equally likely. */
function drawDensity(
  edges: Uint8Array,
  rows: readonly number[],
  latents: number,
  density: number,
  random: RandomStream,
): void {
  const places = random.shuffle(Uint32Array.from({ length: rows.length * latents }, (_, place) => place))
  for (const place of places.subarray(0, Math.round(density * places.length))) {
    edges[rows[Math.floor(place / latents)] * latents + (place % latents)] = 1
  }
}
