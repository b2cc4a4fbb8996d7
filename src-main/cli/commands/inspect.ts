import type { Command } from 'commander'
import { asProblem, type Problem } from '@contract/errors'
import type { Finding, Inspection } from '@contract/inspection'
import type { Perform } from '../command'
import { problemLines } from '../performing'
import { ask, unlessInterrupted } from '../session'
import { amount, counted, size } from '../wording'

const formatNames: Record<string, string> = {
  'tenx-folder': '10x feature-barcode folder',
  'tenx-hdf5': '10x HDF5',
  h5ad: 'AnnData (h5ad)',
  delimited: 'delimited text',
  'protospacer-calls': 'guide calls of Cell Ranger',
  'cell-identities': 'cell identities',
  'two-column': 'two-column guide table',
  wide: 'wide guide table',
}

export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ severity, message, hint }) => [
    `  ${severity}: ${message}`,
    ...(hint === '' ? [] : [`    What to do: ${hint}`]),
  ])
}

function factLines(inspection: Inspection): string[] {
  switch (inspection.kind) {
    case 'counts':
      return [
        `  Count matrix, ${formatNames[inspection.format]}: ${counted(inspection.cells, 'cell')} × ${counted(inspection.genes, 'gene')}`,
        `  ${amount(inspection.nonZero)} counts other than zero`,
        ...(inspection.guides > 0 ? [`  ${counted(inspection.guides, 'guide')} measured in the matrix`] : []),
        ...inspection.locations.map(
          ({ name, isCounts, reason }) =>
            `  ${name}: ${isCounts ? 'counts' : `not counts (${reason ?? 'unknown reason'})`}`,
        ),
        ...inspection.cellColumns
          .filter((column) => column.looksLikePerturbation)
          .map(
            (column) =>
              `  Column "${column.name}" looks like the perturbation: ${column.examples.join(', ')}`,
          ),
        `  Barcodes: ${inspection.exampleBarcodes.join(', ')}`,
      ]
    case 'guides':
      return [
        `  Guide table, ${formatNames[inspection.layout]}: ${counted(inspection.guides.length, 'guide')} in ${counted(inspection.cells, 'cell')}`,
        `  ${counted(inspection.cellsWithSeveralGuides, 'cell')} with several guides`,
        `  Barcodes: ${inspection.exampleBarcodes.join(', ')}`,
      ]
    case 'guide-targets':
      return [
        `  Guide-to-target table: ${counted(inspection.guides, 'guide')}, ${counted(inspection.targets.length, 'target')}`,
        `  Controls: ${inspection.controls.length === 0 ? 'none found' : inspection.controls.join(', ')}`,
      ]
    case 'gene-sets':
      return [
        `  Gene sets: ${amount(inspection.sets)}, with ${amount(inspection.medianGenes)} genes in the median`,
        `  For example ${inspection.exampleNames.join(', ')}`,
      ]
  }
}

type Inspected = { path: string; inspection: Inspection } | { path: string; problem: Problem }

function linesOf(inspected: Inspected): string[] {
  if ('problem' in inspected)
    return [inspected.path, ...problemLines(inspected.problem).map((line) => `  ${line}`)]
  const { inspection } = inspected
  return [
    `${inspected.path} (${size(inspection.bytes)})`,
    ...factLines(inspection),
    ...findingLines(inspection.findings),
  ]
}

export function addInspect(program: Command, perform: Perform): void {
  program
    .command('inspect')
    .summary('say what is in files and what is wrong with them')
    .description(
      'Says what is in each file (count matrix, guide table, guide-to-target table, gene sets) and what is wrong with it. Nothing is changed.',
    )
    .argument('<files...>', 'files, or folders with a 10x matrix')
    .option('--json', 'print one JSON document')
    .action((files: string[], flags: { json?: true }) =>
      perform(flags.json ?? false, async (session) => {
        const inspected: Inspected[] = []
        for (const path of files) {
          try {
            const inspection = await unlessInterrupted(session, ask(session, 'screen/inspect', { path }))
            inspected.push({ path, inspection })
          } catch (error) {
            // Among several files one that cannot be read does not hide the others.
            if (files.length === 1 || session.interruption.aborted) throw error
            inspected.push({ path, problem: asProblem(error) })
          }
        }
        const problem = inspected.find((one) => 'problem' in one)?.problem
        return { value: { files: inspected }, lines: inspected.flatMap(linesOf), problem }
      }),
    )
}
