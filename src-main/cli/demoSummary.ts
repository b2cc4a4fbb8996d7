import type { LatentGenes, TargetGraph } from '@contract/results'
import type { Summary } from './runAll'
import { amount, counted, duration, size, table } from './wording'

/** Perturbations of the interferon-γ pathway; the model should find that they act on the same latents. */
export const interferonPathway = ['IFNGR1', 'IFNGR2', 'JAK2', 'STAT1']

/** A latent that perturbations shift. */
export interface LatentInUse {
  readonly latent: string
  /** With an edge to the latent, largest shift first. */
  readonly perturbations: { readonly name: string; readonly shift: number }[]
  readonly interferon: string[]
  readonly up: string[]
  readonly down: string[]
}

/** The latents with at least one edge, those with most edges first; none for a model that says nothing of edges. */
export function latentsInUse(
  graph: TargetGraph | null,
  genes: ReadonlyMap<string, LatentGenes>,
): LatentInUse[] {
  if (!graph) return []
  return graph.latents
    .map((latent, column) => {
      const perturbations = graph.perturbations
        .map((perturbation, row) => ({
          name: perturbation.name,
          shift: graph.shift[row][column],
          edge: graph.probability[row][column] > graph.threshold,
        }))
        .filter(({ edge }) => edge)
        .map(({ name, shift }) => ({ name, shift }))
        .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift))
      const names = new Set(perturbations.map(({ name }) => name))
      const lists = genes.get(latent.name)
      return {
        latent: latent.name,
        perturbations,
        interferon: interferonPathway.filter((name) => names.has(name)),
        up: lists?.up.map((gene) => gene.symbol) ?? [],
        down: lists?.down.map((gene) => gene.symbol) ?? [],
      }
    })
    .filter(({ perturbations }) => perturbations.length > 0)
    .sort((a, b) => b.perturbations.length - a.perturbations.length)
}

/** Pairs of the pathway's perturbations, with the latents that both shift. */
export function sharedLatents(
  latents: readonly LatentInUse[],
): { pair: [string, string]; latents: string[] }[] {
  return interferonPathway.flatMap((first, i) =>
    interferonPathway.slice(i + 1).map((second) => ({
      pair: [first, second] satisfies [string, string],
      latents: latents
        .filter(({ interferon }) => interferon.includes(first) && interferon.includes(second))
        .map(({ latent }) => latent),
    })),
  )
}

/** The demo's outcome for a reader. */
export function demoLines(summary: Summary, latents: readonly LatentInUse[], wallSeconds: number): string[] {
  const { project, seconds, trained } = summary
  const prepared = project.project.prepared?.report
  const [{ run, exportedTo }] = trained
  const signed = (shift: number) => `${shift < 0 ? '−' : '+'}${Math.abs(shift).toFixed(1)}`
  return [
    'Which perturbation shifts which latent: the bundled screen of THP-1 cells',
    '',
    ...(prepared
      ? [
          `Screen     ${counted(prepared.cells.kept, 'cell')}, ${counted(prepared.perturbations.filter((entry) => !entry.control).length, 'perturbation')}, ${counted(prepared.genes.kept, 'gene')}`,
        ]
      : []),
    `Time       import ${duration(seconds.import)}, prepare ${duration(seconds.prepare)}, train ${duration(seconds.train)}, export ${duration(seconds.export)}; ${duration(wallSeconds)} in all`,
    `Memory     ${size(run.metrics?.peakMemoryBytes ?? 0)} at most while training`,
    `Edges      ${amount(run.metrics?.edges ?? 0)} of ${amount(run.metrics?.possibleEdges ?? 0)}, in ${counted(latents.length, 'latent')} of ${amount(run.configuration.latents)}`,
    '',
    'Latents in use (shifts in prior standard deviations; genes that raise and lower the latent)',
    ...latents.flatMap(({ latent, perturbations, up, down }) => [
      `  ${latent}  ${perturbations.map(({ name, shift }) => `${name} ${signed(shift)}`).join(', ')}`,
      `      up: ${up.join(', ')}`,
      `      down: ${down.join(', ')}`,
    ]),
    '',
    'Interferon-γ pathway: latents that two perturbations share',
    ...table(
      sharedLatents(latents).map(({ pair, latents: shared }) => [
        `  ${pair[0]} and ${pair[1]}`,
        shared.length === 0 ? 'none' : shared.join(', '),
      ]),
    ),
    '',
    `Project    ${project.directory}`,
    `Results    ${exportedTo}`,
    'See them   npm start, then open the project; or: shiftscope serve',
  ]
}
