import { ShiftscopeError } from '@contract/errors'
import type { HoldOutRecipe, SplitRecipe } from '@contract/recipe'
import type { EffectSize } from '@contract/reports'
import { RandomStream } from '../numerics/random'
import { inSentence } from './inSentence'
import { nearestNames } from './nearestNames'
import { controlName, type Genes } from './screen'
import { GeneNames, targetsOf } from './targets'

/** Fewest perturbations that must be left to train on. */
const fewestTrained = 2

/** What the rules choose from. */
export interface HoldOutGround {
  /** Perturbations that have cells after the quality rule. */
  readonly perturbations: readonly string[]
  /** Perturbations that the quality rule removed. */
  readonly removed: readonly string[]
  readonly genes: Genes
  /** Measured strengths, strongest first, for the rule `strongest`. */
  readonly effects?: readonly EffectSize[]
  /** Genes of the chosen row, for the rule `pathway`. */
  readonly pathwayGenes?: readonly string[]
}

export interface HoldOutChoice {
  /** For each perturbation whether it is held out. */
  readonly heldOut: readonly boolean[]
  /** Training combinations that contain all targets of a held-out perturbation. */
  readonly leaking: readonly { readonly heldOut: string; readonly combination: string }[]
  /** Combinations that are held out because they would have leaked. */
  readonly heldOutToo: readonly string[]
}

/**
 * Perturbations that belong to a pathway: those with at least one target in it, so that no gene of a held-out pathway
 * is perturbed in training. Targets and pathway may use ids or symbols.
 */
export function perturbationsOfPathway(
  perturbations: readonly string[],
  pathwayGenes: readonly string[],
  genes: Genes,
): string[] {
  return pathwayMembers(perturbations, pathwayGenes, new GeneNames(genes))
}

/** The same for many pathways of one screen, for which the names of the genes are looked up once. */
export function pathwayMembers(
  perturbations: readonly string[],
  pathwayGenes: readonly string[],
  names: GeneNames,
): string[] {
  const members = new Set(pathwayGenes)
  return perturbations.filter((perturbation) =>
    targetsOf(perturbation).some((target) => names.synonyms(target).some((name) => members.has(name))),
  )
}

/**
 * Which perturbations a rule holds out, and which training combinations leak. With `sharedTargets: holdOutToo` the
 * leaking combinations are held out as well. A held-out single A leaks into a training combination A+B; a held-out A+B
 * does not leak into training singles A and B, since predicting combinations from their parts is a fair question, but
 * does into A+B+C.
 * @throws ShiftscopeError for names that are not in the screen, and for strengths or pathway genes that are missing
 */
export function chooseHoldOut(
  ground: HoldOutGround,
  rule: HoldOutRecipe,
  split: Pick<SplitRecipe, 'seed' | 'sharedTargets'>,
): HoldOutChoice {
  const chosen = new Set(namesByRule(ground, rule, split.seed))
  const leaks = findLeaks(ground.perturbations, chosen)
  const heldOutToo =
    split.sharedTargets === 'holdOutToo' ? [...new Set(leaks.map(({ combination }) => combination))] : []
  for (const combination of heldOutToo) chosen.add(combination)
  return {
    heldOut: ground.perturbations.map((name) => chosen.has(name)),
    leaking: heldOutToo.length > 0 ? [] : leaks,
    heldOutToo,
  }
}

/**
 * Refuses a hold-out that cannot be trained on or that leaks.
 * @throws ShiftscopeError `holdOut/tooMuch`, `holdOut/leak`
 */
export function checkHoldOut(
  ground: Pick<HoldOutGround, 'perturbations'>,
  choice: HoldOutChoice,
  sharedTargets: SplitRecipe['sharedTargets'],
): void {
  const heldOut = choice.heldOut.filter(Boolean).length
  const trained = ground.perturbations.length - heldOut
  if (heldOut > 0 && trained < fewestTrained) {
    throw new ShiftscopeError({
      code: 'holdOut/tooMuch',
      message: `Holding out ${heldOut} of ${ground.perturbations.length} perturbations leaves ${trained} to train on.`,
      where: 'holdOut',
      hint: `Hold out at most ${Math.max(0, ground.perturbations.length - fewestTrained)}, so that two or more are trained.`,
    })
  }
  if (sharedTargets === 'refuse' && choice.leaking.length > 0) {
    const shown = choice.leaking.map(({ heldOut, combination }) => `${heldOut} in ${combination}`)
    throw new ShiftscopeError({
      code: 'holdOut/leak',
      message: `Held-out targets also occur in training combinations: ${inSentence(shown)}.`,
      where: 'split.sharedTargets',
      hint: 'Hold these combinations out too, choose other perturbations, or allow shared targets knowingly.',
    })
  }
}

function namesByRule(ground: HoldOutGround, rule: HoldOutRecipe, seed: number): readonly string[] {
  switch (rule.rule) {
    case 'none':
      return []
    case 'random': {
      const shuffled = new RandomStream(seed, 'holdOut').shuffle([...ground.perturbations])
      return shuffled.slice(0, Math.max(1, Math.round(rule.share * shuffled.length)))
    }
    case 'strongest':
      return strongest(ground, rule.count)
    case 'pathway':
      return pathway(ground, rule.name)
    case 'list':
      return listed(ground, rule.perturbations)
  }
}

function strongest(ground: HoldOutGround, count: number): string[] {
  if (!ground.effects) {
    throw new ShiftscopeError({
      code: 'holdOut/notMeasured',
      message: 'The strengths of the perturbations have not been measured with this quality rule.',
      where: 'holdOut.count',
      hint: 'Measure the effects first.',
    })
  }
  const known = new Set(ground.perturbations)
  return ground.effects
    .map(({ name }) => name)
    .filter((name) => known.has(name))
    .slice(0, count)
}

function pathway(ground: HoldOutGround, pathwayName: string): string[] {
  if (!ground.pathwayGenes) {
    throw new ShiftscopeError({
      code: 'holdOut/noPathwayGenes',
      message: `The genes of the pathway ${pathwayName} were not read.`,
      where: 'holdOut.name',
      hint: 'Choose the gene-set file and the pathway again.',
    })
  }
  const found = perturbationsOfPathway(ground.perturbations, ground.pathwayGenes, ground.genes)
  if (found.length > 0) return found
  const removed = perturbationsOfPathway(ground.removed, ground.pathwayGenes, ground.genes)
  throw new ShiftscopeError({
    code: 'holdOut/emptyPathway',
    message:
      removed.length > 0
        ? `The perturbations of ${pathwayName} (${inSentence(removed)}) have too few cells and were removed.`
        : `No perturbation of the screen belongs to ${pathwayName}.`,
    where: 'holdOut.name',
    hint:
      removed.length > 0
        ? 'Lower the minimum cells per perturbation, or choose another pathway.'
        : 'Choose a pathway with perturbed genes, and check that both use the same kind of gene names.',
  })
}

function listed(ground: HoldOutGround, wanted: readonly string[]): string[] {
  const byTargets = new Map(ground.perturbations.map((name) => [targetKey(name), name]))
  const removed = new Set(ground.removed.map(targetKey))
  return wanted.map((name) => {
    const found = byTargets.get(targetKey(name))
    if (found !== undefined) return found
    if (name.trim().toLowerCase() === controlName) {
      throw new ShiftscopeError({
        code: 'holdOut/controls',
        message: 'Control cells cannot be held out: every shift is measured against them.',
        where: 'holdOut.perturbations',
        hint: `Take "${name}" off the list.`,
      })
    }
    if (removed.has(targetKey(name))) {
      throw new ShiftscopeError({
        code: 'holdOut/withoutCells',
        message: `${name} has too few cells after the quality thresholds and cannot be held out.`,
        where: 'holdOut.perturbations',
        hint: `Take ${name} off the list, or lower the minimum cells per perturbation.`,
      })
    }
    const nearest = nearestNames(name, ground.perturbations)
    throw new ShiftscopeError({
      code: 'holdOut/unknownPerturbation',
      message: `The screen has no perturbation "${name}".`,
      where: 'holdOut.perturbations',
      hint:
        nearest.length > 0
          ? `Did you mean ${inSentence(nearest, 'or')}?`
          : `Perturbations of this screen are ${inSentence(ground.perturbations.slice(0, 4))}; take "${name}" off the list.`,
    })
  })
}

/** The same for `A+B`, `B+A` and ` A + B `. */
function targetKey(perturbation: string): string {
  return targetsOf(perturbation).sort().join('+')
}

function findLeaks(perturbations: readonly string[], chosen: ReadonlySet<string>): HoldOutChoice['leaking'] {
  const combinations = perturbations
    .filter((name) => !chosen.has(name))
    .map((name) => ({ name, targets: targetsOf(name) }))
    .filter(({ targets }) => targets.length > 1)
  return [...chosen].flatMap((heldOut) => {
    const targets = targetsOf(heldOut)
    return combinations
      .filter((combination) => targets.every((target) => combination.targets.includes(target)))
      .map((combination) => ({ heldOut, combination: combination.name }))
  })
}
