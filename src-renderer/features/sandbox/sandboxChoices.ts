import type { SandboxRecipe, SemiSyntheticRecipe, SimulationRecipe } from '@contract/simulation'
import { sandboxRecipeSchema, semiSyntheticRecipeSchema } from '@contract/simulation'

/** Choices for the published simulator that the page asks for. */
export type SandboxChoices = SandboxRecipe
/** Choices for a screen from real control cells; the project is not chosen at first. */
export type SemiSyntheticChoices = Omit<SemiSyntheticRecipe, 'from'> & { readonly from: string | null }

export interface Choices {
  readonly kind: SimulationRecipe['kind']
  readonly sandbox: SandboxChoices
  readonly semiSynthetic: SemiSyntheticChoices
}

export const sizeNames = ['small', 'published'] as const
export type SizeName = (typeof sizeNames)[number]

/** The small screen is trained on in a minute or two; the other is that of the published tables. */
export const sizes: Record<SizeName, Partial<SandboxRecipe>> = {
  small: {
    perturbations: 40,
    cellsPerPerturbation: 150,
    controlCells: 300,
    genes: 100,
    latents: 8,
  },
  published: {
    perturbations: 100,
    cellsPerPerturbation: 500,
    controlCells: 0,
    genes: 100,
    latents: 15,
  },
}

export function firstChoices(): Choices {
  const semiSynthetic = semiSyntheticRecipeSchema.parse({
    kind: 'semi-synthetic',
    from: 'a project',
    heldOutShare: 0.2,
  })
  return {
    kind: 'sandbox',
    sandbox: sandboxRecipeSchema.parse({ kind: 'sandbox', ...sizes.small }),
    semiSynthetic: { ...semiSynthetic, from: null },
  }
}

/** The size that the choices are, or `own`. */
export function sizeOf(sandbox: SandboxChoices): SizeName | 'own' {
  const fits = (size: SizeName) =>
    Object.entries(sizes[size]).every(([field, value]) => Reflect.get(sandbox, field) === value)
  return sizeNames.find(fits) ?? 'own'
}

interface Range {
  readonly minimum: number
  readonly maximum: number
}

/** The range with one end moved; the other follows, and neither goes over `most`. */
export function withEnd(range: Range, end: keyof Range, value: number, most: number): Range {
  const moved = Math.min(value, most)
  return end === 'minimum'
    ? { minimum: moved, maximum: Math.min(most, Math.max(range.maximum, moved)) }
    : { minimum: Math.min(range.minimum, moved), maximum: moved }
}

/** The choices with another number of latents; no perturbation shifts more than there are. */
export function withLatents(sandbox: SandboxChoices, latents: number): SandboxChoices {
  return {
    ...sandbox,
    latents,
    targets: withEnd(sandbox.targets, 'maximum', Math.min(sandbox.targets.maximum, latents), latents),
  }
}

/** As `withLatents`, for programmes of genes. */
export function withProgrammes(choices: SemiSyntheticChoices, programmes: number): SemiSyntheticChoices {
  const { programmesPerPerturbation: range } = choices
  return {
    ...choices,
    programmes,
    programmesPerPerturbation: withEnd(range, 'maximum', Math.min(range.maximum, programmes), programmes),
  }
}

/** What is simulated; null while no project is chosen. */
export function recipeOf({ kind, sandbox, semiSynthetic }: Choices): SimulationRecipe | null {
  if (kind === 'sandbox') return sandbox
  const { from } = semiSynthetic
  return from === null ? null : { ...semiSynthetic, from }
}

/** Perturbations that are held out: the last ones, as the simulators count. */
export function heldOutCount({
  perturbations,
  heldOutShare,
}: {
  perturbations: number
  heldOutShare: number
}): number {
  return Math.round(heldOutShare * perturbations)
}

/**
 * True edges that are expected: every number of targets in the range is equally likely. The form of the code draws them
 * with replacement, so that k draws of p latents hit p (1 − (1 − 1/p)^k) of them.
 */
export function expectedEdges({ perturbations, latents, targets, form }: SandboxChoices): number {
  const { minimum, maximum } = targets
  const hit = Array.from({ length: maximum - minimum + 1 }, (_, more) => minimum + more).map((draws) =>
    form === 'code' ? latents * (1 - (1 - 1 / latents) ** draws) : draws,
  )
  return Math.round((perturbations * hit.reduce((sum, edges) => sum + edges, 0)) / hit.length)
}
