import { ShiftscopeError } from '@contract/errors'
import type { Finding } from '@contract/inspection'
import type { ScreenRecipe } from '@contract/recipe'
import { looksLikeControl } from '../../screen/controls'
import { labelsAreGuides, targetFromGuideName } from '../../screen/guideTargets'
import { counted } from '../counted'

/** Which target each guide has, and which are controls. */
export interface TargetAssignment {
  readonly targetOf: ReadonlyMap<string, string>
  /** Guides that are controls. */
  readonly controlGuides: ReadonlySet<string>
  /** The labels that made them controls: targets, or the labels that the person gave. */
  readonly controls: readonly string[]
  readonly findings: readonly Finding[]
}

interface GuideSource {
  /** Every guide or label of the screen. */
  readonly guides: readonly string[]
  readonly certainlyGuides: boolean
  readonly isGene: (name: string) => boolean
}

/**
 * Finds the target of each guide (table, else by name) and the controls (by the given labels, else by name).
 * @param table guide-to-target table with its path; null where there is none
 * @throws ShiftscopeError `import/noGuideInTable`, `import/unknownControl`, `import/noControls`
 */
export function assignTargets(
  source: GuideSource,
  table: { readonly path: string; readonly targetOf: ReadonlyMap<string, string> } | null,
  controls: ScreenRecipe['controls'],
): TargetAssignment {
  const findings: Finding[] = []
  const targetOf = table ? targetsFromTable(source, table, findings) : targetsFromNames(source, findings)
  const { controlGuides, labels } = findControls(source.guides, targetOf, controls)
  return { targetOf, controlGuides, controls: labels, findings }
}

function targetsFromTable(
  source: GuideSource,
  table: { readonly path: string; readonly targetOf: ReadonlyMap<string, string> },
  findings: Finding[],
): Map<string, string> {
  const missing = source.guides.filter((guide) => !table.targetOf.has(guide))
  if (missing.length === source.guides.length && source.guides.length > 0) {
    throw new ShiftscopeError({
      code: 'import/noGuideInTable',
      message: `None of the ${source.guides.length} guides of the screen is in the guide-to-target table. Screen: ${missing.slice(0, 3).join(', ')}. Table: ${[...table.targetOf.keys()].slice(0, 3).join(', ')}.`,
      where: table.path,
      hint: 'Write the guides in the table as in the guide calls, or leave the table out: targets are then taken from the names of the guides.',
    })
  }
  const unnamed = missing.filter((guide) => !looksLikeControl(guide))
  if (unnamed.length > 0) {
    findings.push({
      severity: 'attention',
      message: `The guide-to-target table lacks ${counted(unnamed.length, 'guide')} (${unnamed.slice(0, 3).join(', ')}${unnamed.length > 3 ? ', …' : ''}); the target was taken from the name.`,
      hint: 'Complete the table if the names do not say the targets.',
    })
  }
  return new Map(
    source.guides.map((guide) => [
      guide,
      table.targetOf.get(guide) ?? targetFromGuideName(guide, source.isGene),
    ]),
  )
}

function targetsFromNames(source: GuideSource, findings: Finding[]): Map<string, string> {
  const targeting = source.guides.filter((guide) => !looksLikeControl(guide))
  const byName = source.certainlyGuides || labelsAreGuides(targeting, source.isGene)
  if (!byName) return new Map(source.guides.map((guide) => [guide, guide]))
  const targetOf = new Map(source.guides.map((guide) => [guide, targetFromGuideName(guide, source.isGene)]))
  const example = targeting.find((guide) => targetOf.get(guide) !== guide)
  if (example !== undefined) {
    findings.push({
      severity: 'note',
      message: `Targets were taken from the names of ${counted(source.guides.length, 'guide')}: ${example} targets ${targetOf.get(example) ?? example}.`,
      hint: 'Give a guide-to-target table where a name does not say its target.',
    })
  }
  return targetOf
}

function findControls(
  guides: readonly string[],
  targetOf: ReadonlyMap<string, string>,
  controls: ScreenRecipe['controls'],
): { controlGuides: Set<string>; labels: string[] } {
  const controlGuides = new Set<string>()
  const labels = new Set<string>()
  if (controls === 'auto') {
    for (const guide of guides) {
      const target = targetOf.get(guide) ?? guide
      if (!looksLikeControl(target)) continue
      controlGuides.add(guide)
      labels.add(target)
    }
    if (controlGuides.size === 0) throw noControls(targetOf)
    return { controlGuides, labels: [...labels] }
  }
  for (const label of controls) {
    const fits = (name: string) => name.toLowerCase() === label.trim().toLowerCase()
    const found = guides.filter((guide) => fits(guide) || fits(targetOf.get(guide) ?? guide))
    if (found.length === 0) throw unknownControl(label, targetOf)
    for (const guide of found) controlGuides.add(guide)
    labels.add(label)
  }
  return { controlGuides, labels: [...labels] }
}

function someTargets(targetOf: ReadonlyMap<string, string>): string {
  const targets = [...new Set(targetOf.values())].sort()
  return `${targets.slice(0, 12).join(', ')}${targets.length > 12 ? ', …' : ''}`
}

function noControls(targetOf: ReadonlyMap<string, string>): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/noControls',
    message: `No control was found by name among ${counted(new Set(targetOf.values()).size, 'target')}: ${someTargets(targetOf)}.`,
    where: 'controls',
    hint: 'Name the control guides or perturbations (controls in the recipe, --control LABEL), or choose a screen without controls (--control none).',
  })
}

function unknownControl(label: string, targetOf: ReadonlyMap<string, string>): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/unknownControl',
    message: `The control "${label}" is neither a guide nor a target of this screen.`,
    where: 'controls',
    hint: `Targets of the screen: ${someTargets(targetOf)}.`,
  })
}
