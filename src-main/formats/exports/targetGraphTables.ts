import { edgeThreshold } from '@contract/results'
import { controlCell } from '../../screen/screen'
import { strongestGenes } from '../../screen/geneRanking'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

/**
 * `target_graph.csv`: one line for every trained perturbation and latent, edge or not, in the order of the results.
 * `edge` is 1 where the probability is over 0.5, otherwise 0; it and `probability` are empty for models that say nothing
 * of edges.
 */
export function targetGraphCsv(results: RunResults): string {
  const lines = [csvLine(['perturbation', 'latent', 'probability', 'shift', 'edge'])]
  for (const { perturbation, latent, probability, shift } of pairs(results)) {
    lines.push(
      csvLine([
        results.screen.perturbations[perturbation],
        results.latents[latent],
        probability === null ? '' : numberText(probability),
        numberText(shift),
        probability === null ? '' : probability > edgeThreshold ? '1' : '0',
      ]),
    )
  }
  return lines.join('')
}

/**
 * `target_graph.graphml`: the edges of the target graph as a directed bipartite graph. Nodes are the trained
 * perturbations and all latents, told apart by `kind`; edges carry `probability` and `shift`.
 * @param labels name shown for each latent
 */
export function targetGraphGraphml(results: RunResults, labels: readonly string[]): string {
  const { screen, latents, trained } = results
  const cells = new Uint32Array(screen.perturbations.length)
  for (const perturbation of screen.perturbationOfCell) {
    if (perturbation !== controlCell) cells[perturbation] += 1
  }
  const nodes = screen.perturbations.flatMap((name, perturbation) =>
    trained[perturbation]
      ? node(`perturbation:${name}`, {
          label: name,
          kind: 'perturbation',
          cells: String(cells[perturbation]),
        })
      : [],
  )
  latents.forEach((name, latent) => {
    const strongest = strongestGenesOfBothSigns(results, latent, 3).join(', ')
    nodes.push(
      ...node(`latent:${name}`, {
        label: labels[latent],
        kind: 'latent',
        latent: name,
        top_genes: strongest,
      }),
    )
  })
  const edges = pairs(results).flatMap(({ perturbation, latent, probability, shift }) => {
    if (probability === null || probability <= edgeThreshold) return []
    return [
      `    <edge source="${attribute(`perturbation:${screen.perturbations[perturbation]}`)}" target="${attribute(`latent:${latents[latent]}`)}">`,
      ...data({ probability: numberText(probability), shift: numberText(shift) }),
      '    </edge>',
    ]
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
    ...keys.map(
      ({ id, of, type }) => `  <key id="${id}" for="${of}" attr.name="${id}" attr.type="${type}"/>`,
    ),
    '  <graph id="target_graph" edgedefault="directed">',
    ...nodes,
    ...edges,
    '  </graph>',
    '</graphml>',
    '',
  ].join('\n')
}

const keys = [
  { id: 'label', of: 'node', type: 'string' },
  { id: 'kind', of: 'node', type: 'string' },
  { id: 'latent', of: 'node', type: 'string' },
  { id: 'cells', of: 'node', type: 'int' },
  { id: 'top_genes', of: 'node', type: 'string' },
  { id: 'probability', of: 'edge', type: 'double' },
  { id: 'shift', of: 'edge', type: 'double' },
] as const
type Key = (typeof keys)[number]['id']

interface Pair {
  readonly perturbation: number
  readonly latent: number
  readonly probability: number | null
  readonly shift: number
}

/** Every trained perturbation with every latent; none for models without shifts. */
function pairs({ screen, latents, trained, probability, shift }: RunResults): Pair[] {
  if (!shift) return []
  return screen.perturbations.flatMap((_, perturbation) =>
    trained[perturbation]
      ? latents.map((_latent, latent) => {
          const entry = perturbation * latents.length + latent
          return { perturbation, latent, probability: probability && probability[entry], shift: shift[entry] }
        })
      : [],
  )
}

function strongestGenesOfBothSigns(results: RunResults, latent: number, count: number): string[] {
  const { geneScores, latents, screen } = results
  const score = (gene: number) => Math.abs(geneScores[gene * latents.length + latent])
  return (['up', 'down'] as const)
    .flatMap((direction) => [...strongestGenes(geneScores, latents.length, latent, direction, count)])
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, count)
    .map((gene) => screen.genes.symbols[gene])
}

function node(id: string, values: Partial<Record<Key, string>>): string[] {
  return [`    <node id="${attribute(id)}">`, ...data(values), '    </node>']
}

function data(values: Partial<Record<Key, string>>): string[] {
  return Object.entries(values).map(([key, value]) => `      <data key="${key}">${xmlText(value)}</data>`)
}

/** Text for XML: markup escaped, characters that XML 1.0 does not allow left out. */
function xmlText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function attribute(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;').replaceAll(/\s/g, ' ')
}
