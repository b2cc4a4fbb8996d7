import { ShiftscopeError } from '@contract/errors'
import type { SemiSyntheticRecipe } from '@contract/simulation'
import { RandomStream } from '../numerics/random'
import { lastHeldOut, type Design } from './design'
import { numbered } from './names'
import { streams } from './streams'

/** A design with the names of its perturbations, sorted; combinations are `A+B`. */
export interface SemiSyntheticDesign extends Design {
  readonly perturbations: readonly string[]
}

interface Perturbation {
  readonly name: string
  /** Shift of each programme, log2 units. */
  readonly shifts: Float32Array
}

/**
 * Draws perturbations that each shift a few programmes, some that do nothing, and combinations whose shifts are the sum
 * of two single ones. Both parts of a combination act on programmes of their own where such a pair is left, so that no
 * programme is shifted further than by the largest single effect.
 * @throws ShiftscopeError `simulation/targets`, `simulation/combinations`
 */
export function drawSemiSyntheticDesign(recipe: SemiSyntheticRecipe): SemiSyntheticDesign {
  const singles = recipe.perturbations - recipe.withoutEffect - recipe.combinations
  checkDesign(recipe, singles)
  const names = numbered('P', singles + recipe.withoutEffect)
  // Which names do nothing is drawn too: the order of names says nothing.
  const idle = new Set(
    new RandomStream(recipe.seed, 'simulation', streams.targets)
      .shuffle(Array.from(names.keys()))
      .slice(0, recipe.withoutEffect),
  )
  const single = names.map((name, index): Perturbation => ({
    name,
    shifts: idle.has(index) ? new Float32Array(recipe.programmes) : drawShifts(recipe, index),
  }))
  const effective = single.filter((_, index) => !idle.has(index))
  const all = [...single, ...drawCombinations(effective, recipe)].sort((a, b) => (a.name < b.name ? -1 : 1))
  const shifts = new Float32Array(all.length * recipe.programmes)
  all.forEach((perturbation, row) => shifts.set(perturbation.shifts, row * recipe.programmes))
  return {
    perturbations: all.map(({ name }) => name),
    shifts,
    edges: Uint8Array.from(shifts, (shift) => (shift === 0 ? 0 : 1)),
    heldOut: lastHeldOut(all.length, recipe.heldOutShare),
  }
}

function drawShifts(recipe: SemiSyntheticRecipe, index: number): Float32Array {
  const { programmes, programmesPerPerturbation, effect, direction, seed } = recipe
  const random = new RandomStream(seed, 'simulation', streams.shifts, index)
  const most = Math.min(programmesPerPerturbation.maximum, programmes)
  const least = Math.max(1, programmesPerPerturbation.minimum)
  const count = least + random.nextInteger(most - least + 1)
  const shifts = new Float32Array(programmes)
  const order = random.shuffle(Uint32Array.from({ length: programmes }, (_, programme) => programme))
  for (const programme of order.subarray(0, count)) {
    const size = effect.minimum + (effect.maximum - effect.minimum) * random.nextUniform()
    shifts[programme] = direction === 'down' || random.nextUniform() < 0.5 ? -size : size
  }
  return shifts
}

function drawCombinations(parts: readonly Perturbation[], recipe: SemiSyntheticRecipe): Perturbation[] {
  const random = new RandomStream(recipe.seed, 'simulation', streams.combinations)
  const pairs = random.shuffle(parts.flatMap((a, i) => parts.slice(i + 1).map((b) => ({ a, b }))))
  const overlaps = ({ a, b }: (typeof pairs)[number]) =>
    a.shifts.some((shift, programme) => shift !== 0 && b.shifts[programme] !== 0)
  return [...pairs.filter((pair) => !overlaps(pair)), ...pairs.filter(overlaps)]
    .slice(0, recipe.combinations)
    .map(({ a, b }) => ({
      name: `${a.name}+${b.name}`,
      shifts: a.shifts.map((shift, programme) => shift + b.shifts[programme]),
    }))
}

function checkDesign(recipe: SemiSyntheticRecipe, singles: number): void {
  if (Math.max(1, recipe.programmesPerPerturbation.minimum) > recipe.programmes) {
    throw new ShiftscopeError({
      code: 'simulation/targets',
      message: `A perturbation cannot shift ${recipe.programmesPerPerturbation.minimum} programmes where there are ${recipe.programmes}.`,
      where: 'programmesPerPerturbation',
      hint: 'Ask for fewer targets or more programmes.',
    })
  }
  const pairs = (singles * (singles - 1)) / 2
  if (singles < 1 || recipe.combinations > pairs) {
    throw new ShiftscopeError({
      code: 'simulation/combinations',
      message: `Of ${recipe.perturbations} perturbations ${recipe.withoutEffect} without effect and ${recipe.combinations} combinations leave ${Math.max(0, singles)} single ones with an effect, which make ${Math.max(0, pairs)} pairs.`,
      where: 'combinations',
      hint: 'Ask for more perturbations, or for fewer combinations and perturbations without effect.',
    })
  }
}
