import type { Finding } from '@contract/inspection'
import type { HoldOutRecipe, QualityRecipe, SplitRecipe } from '@contract/recipe'
import type { PrepareReport } from '@contract/reports'
import type { HoldOutChoice } from './holdOut'
import { inSentence } from './inSentence'

/** Fewer control cells than this make every shift uncertain, since all are measured against them. */
const fewControls = 100

export interface PreparedFacts extends Omit<PrepareReport, 'findings'> {
  readonly controls: number
  /** Kept cells without any count among the kept genes. */
  readonly emptyCells: number
  readonly unmeasuredTargets: readonly string[]
  readonly choice: HoldOutChoice
  readonly choices: {
    readonly quality: QualityRecipe
    readonly holdOut: HoldOutRecipe
    readonly split: SplitRecipe
  }
}

/** What a biologist should know about a prepared screen, most important first. */
export function prepareFindings(facts: PreparedFacts): Finding[] {
  return [...attention(facts), ...notes(facts)]
}

function attention(facts: PreparedFacts): Finding[] {
  const found: Finding[] = []
  const add = (message: string, hint: string) => found.push({ severity: 'attention', message, hint })
  const trained = facts.perturbations.filter(({ control, heldOut }) => !control && !heldOut).length
  if (facts.controls === 0) {
    add(
      'The screen has no control cells: shifts are against a mean that the model is free to place.',
      'Name the control guides in step 1 if there are any.',
    )
  } else if (facts.controls < fewControls) {
    add(
      `There are only ${cells(facts.controls)} with control guides.`,
      'Every shift is measured against them: look at the results with care.',
    )
  }
  if (trained === 1) {
    add(
      'Only one perturbation is trained.',
      'Processes are told apart by perturbations that move some of them: use a screen with more.',
    )
  }
  if (facts.removedPerturbations.length > 0) {
    const names = facts.removedPerturbations.map((row) => `${row.name} (${row.cells})`)
    add(
      `Removed for having fewer than ${cells(facts.choices.quality.minimumCellsPerPerturbation)}: ${inSentence(names)}.`,
      'Lower the minimum cells per perturbation to keep them.',
    )
  }
  if (facts.emptyCells > 0) {
    add(
      `${cells(facts.emptyCells)} ${facts.emptyCells === 1 ? 'has' : 'have'} no counts among the kept genes.`,
      'Raise the minimum counts per cell, or keep more genes.',
    )
  }
  if (facts.choice.leaking.length > 0) {
    const leaks = facts.choice.leaking.map(({ heldOut, combination }) => `${heldOut} in ${combination}`)
    add(
      `Held-out targets are also trained on: ${inSentence(leaks)}.`,
      'How well held-out perturbations are predicted will look better than it is.',
    )
  }
  if (facts.choices.split.validationShare > 0 && facts.cells.validation === 0) {
    add(
      'There are too few cells for a validation split; training cannot stop early.',
      'Raise the validation share.',
    )
  }
  return found
}

function notes(facts: PreparedFacts): Finding[] {
  const found: Finding[] = []
  const note = (message: string) => found.push({ severity: 'note', message, hint: '' })
  const wanted = facts.choices.quality.variableGenes
  if (wanted !== 'all' && wanted >= facts.genes.imported) {
    note(`The screen measures ${facts.genes.imported} genes, so all of them are kept.`)
  }
  if (facts.unmeasuredTargets.length > 0) {
    note(`Targets that are not among the measured genes: ${inSentence(facts.unmeasuredTargets)}.`)
  }
  if (facts.choice.heldOutToo.length > 0) {
    note(`Held out too, since they contain a held-out target: ${inSentence(facts.choice.heldOutToo)}.`)
  }
  return found
}

function cells(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`
}
