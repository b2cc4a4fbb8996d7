import { expect, it } from 'vitest'
import { exportedPlaces, proposedFolder } from './exportFolder'

it('proposes a folder of the run, in the way the system writes paths', () => {
  expect(proposedFolder('/home/ana/screen', 'run-1')).toBe('/home/ana/screen/exports/run-1')
  expect(proposedFolder('C:\\screens\\a', 'run-1')).toBe('C:\\screens\\a\\exports\\run-1')
})

it('lists all that an export writes, and what of it is there', () => {
  const entry = {
    name: 'run.json',
    path: '/x/run.json',
    kind: 'file' as const,
    looksLike: null,
    bytes: 12,
    modifiedAt: null,
  }
  const places = exportedPlaces([entry, { ...entry, name: 'notes.txt' }])
  expect(places.map(({ name }) => name)).toEqual([
    'target_graph.csv',
    'target_graph.graphml',
    'observed_shifts.csv',
    'genes',
    'latent_shares.csv',
    'gene_scores.csv',
    'genes.gmt',
    'latents.csv',
    'refined_latents.csv',
    'baselines.csv',
    'ica_edges.csv',
    'ica_gene_scores.csv',
    'results.h5ad',
    'run.json',
  ])
  expect(places.filter((place) => place.entry !== null)).toEqual([
    expect.objectContaining({ name: 'run.json', entry }),
  ])
})
