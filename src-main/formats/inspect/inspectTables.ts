import type {
  Finding,
  GeneSetsInspection,
  GuideTargetsInspection,
  GuidesInspection,
} from '@contract/inspection'
import { screenRecipeSchema } from '@contract/recipe'
import { looksLikeControl } from '../../screen/controls'
import { compareNames } from '../../screen/labelCells'
import { meansSeveral, meansUnassigned, splitLabel } from '../../screen/labels'
import { describePath } from '../fileProblems'
import { readGeneSets } from '../geneSets'
import { readGuideTable } from '../guides/readGuideTable'
import { readGuideTargets } from '../guides/readGuideTargets'

const noControl: Finding = {
  severity: 'attention',
  message: 'No control was found by name.',
  hint: 'Name the control guides or perturbations, or choose a screen without controls.',
}

/** @throws what `readGuideTable` throws */
export async function inspectGuides(path: string): Promise<GuidesInspection> {
  const rule = screenRecipeSchema.shape.guideCalling.parse(undefined)
  const table = await readGuideTable(path, null, rule)
  const guides = new Set<string>()
  let [several, unassigned] = [0, 0]
  for (const labels of table.labelsOf) {
    const parts = new Set(
      labels.filter((label) => !meansUnassigned(label) && !meansSeveral(label)).flatMap(splitLabel),
    )
    for (const part of parts) guides.add(part)
    if (parts.size > 1 || labels.some(meansSeveral)) several += 1
    else if (parts.size === 0) unassigned += 1
  }
  const findings: Finding[] = []
  if (![...guides].some(looksLikeControl)) findings.push(noControl)
  if (unassigned > 0) {
    findings.push({
      severity: 'note',
      message: `${unassigned.toLocaleString('en')} cells of the table have no guide.`,
      hint: '',
    })
  }
  if (table.setAside > 0) {
    findings.push({
      severity: 'note',
      message: `${table.setAside.toLocaleString('en')} rows are marked as of poor coverage and are left out.`,
      hint: '',
    })
  }
  return {
    path,
    bytes: (await describePath(path)).bytes,
    kind: 'guides',
    layout: table.layout,
    rows: table.rows,
    cells: table.barcodes.length,
    cellsWithSeveralGuides: several,
    guides: [...guides].sort(compareNames),
    exampleBarcodes: table.barcodes.slice(0, 5),
    findings,
  }
}

/** @throws what `readGuideTargets` throws */
export async function inspectGuideTargets(path: string): Promise<GuideTargetsInspection> {
  const targetOf = await readGuideTargets(path)
  const targets = [...new Set(targetOf.values())].sort(compareNames)
  const controls = targets.filter(looksLikeControl)
  return {
    path,
    bytes: (await describePath(path)).bytes,
    kind: 'guide-targets',
    guides: targetOf.size,
    targets,
    controls,
    findings: controls.length === 0 ? [noControl] : [],
  }
}

/** @throws what `readGeneSets` throws */
export async function inspectGeneSets(path: string): Promise<GeneSetsInspection> {
  const sets = await readGeneSets(path)
  const sizes = sets.map((set) => set.genes.length).sort((a, b) => a - b)
  const middle = Math.floor(sizes.length / 2)
  const median = sizes.length % 2 === 1 ? sizes[middle] : (sizes[middle - 1] + sizes[middle]) / 2
  const entrez = sets.every((set) => set.genes.every((gene) => /^\d+$/.test(gene)))
  return {
    path,
    bytes: (await describePath(path)).bytes,
    kind: 'gene-sets',
    sets: sets.length,
    medianGenes: median,
    exampleNames: sets.slice(0, 5).map((set) => set.name),
    findings: entrez
      ? [
          {
            severity: 'attention',
            message: 'The genes are numbers (Entrez ids), which match neither gene symbols nor Ensembl ids.',
            hint: 'Use the version of this collection with gene symbols.',
          },
        ]
      : [],
  }
}
