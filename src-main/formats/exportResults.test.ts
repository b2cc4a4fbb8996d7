import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { modelRecipeSchema } from '@contract/recipe'
import { runSchema, type Run } from '@contract/run'
import { numberText } from './exports/numberText'
import { exportResults } from './exportResults'
import { resultsWithContent, smallResults } from './fixtures/smallScreen'
import { readResults, readShares } from './resultsFile'

const run: Run = {
  schemaVersion: 1,
  id: 'svae-plus-1',
  createdAt: '2026-01-02T03:04:05.000Z',
  finishedAt: '2026-01-02T03:14:05.000Z',
  state: 'done',
  configuration: modelRecipeSchema.parse({ latents: 2, seed: 7, alpha: 2 }),
  device: { name: 'cpu', detail: '2 threads' },
  screenSha256: 'ab'.repeat(32),
  cells: { train: 4, validation: 1, test: 1 },
  genes: 4,
  perturbations: 3,
  versions: { shiftscope: '0.1.0', node: '20.20.0' },
  epochsDone: 3,
  stoppedBecause: null,
  metrics: null,
  problem: null,
  notices: [],
  latentLabels: { z2: 'Interferon & "response" <1>' },
}

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-export-'))
})
afterEach(() => rm(directory, { recursive: true }))
const textOf = (name: string) => readFile(join(directory, name), 'utf8')

describe('exportResults', () => {
  it('writes every file, and says which', async () => {
    const results = smallResults()
    const files = await exportResults(results, run, join(directory, 'new/folder'), null)
    const names = files.map(({ path }) => relative(join(directory, 'new/folder'), path))
    expect(names).toEqual([
      'target_graph.csv',
      'target_graph.graphml',
      'observed_shifts.csv',
      'genes/z1_up.txt',
      'genes/z1_down.txt',
      'genes/z1.rnk',
      'genes/z2_up.txt',
      'genes/z2_down.txt',
      'genes/z2.rnk',
      'latent_shares.csv',
      'genes.gmt',
      'gene_scores.csv',
      'latents.csv',
      'results.h5ad',
      'run.json',
    ])
    for (const { path, bytes } of files) expect((await readFile(path)).length).toBe(bytes)
    expect(await readdir(join(directory, 'new/folder'))).toHaveLength(10)
    expect(await readResults(join(directory, 'new/folder/results.h5ad'))).toEqual(results)
  })

  it.each([
    ['no edges', { ...smallResults(), probability: null }],
    ['no shifts', { ...smallResults(), probability: null, shift: null }],
    ['no observed shifts, as before there were any', { ...smallResults(), observed: null }],
    ['no shares, as before there were any', { ...smallResults(), shares: null }],
  ])('writes what there is of a model with %s', async (_name, results) => {
    const files = await exportResults(results, run, directory, null)
    const names = files.map(({ path }) => basename(path))
    expect(names.includes('target_graph.graphml')).toBe(results.probability !== null)
    expect(names.includes('observed_shifts.csv')).toBe(results.observed !== null)
    expect(names.includes('latent_shares.csv')).toBe(results.shares !== null)
    expect(names.includes('target_graph.csv')).toBe(results.shift !== null)
    if (results.shift && !results.probability)
      expect(await textOf('target_graph.csv')).toContain('\nIFNGR1,z2,,0.25,\n')
    expect(await readResults(join(directory, 'results.h5ad'))).toEqual(results)
  })

  it('writes the tables as the README describes them', async () => {
    await exportResults(smallResults(), run, directory, null)
    expect(await textOf('target_graph.csv')).toBe(
      [
        'perturbation,latent,probability,shift,edge',
        'IFNGR1,z1,0.9,-1.5,1',
        'IFNGR1,z2,0.1,0.25,0',
        'IFNGR1+JAK2,z1,0.5,0,0',
        'IFNGR1+JAK2,z2,0.75,2,1',
        '',
      ].join('\n'),
    )
    // JAK2 is held out: seen, but not by the model.
    expect(await textOf('observed_shifts.csv')).toBe(
      [
        'perturbation,latent,observed_shift,standard_error,prior_shift,edge_probability,cells',
        'IFNGR1,z1,-1,0.5,-1.5,0.9,2',
        'IFNGR1,z2,0.5,0.25,0.25,0.1,2',
        'IFNGR1+JAK2,z1,,,0,0.5,0',
        'IFNGR1+JAK2,z2,,,2,0.75,0',
        'JAK2,z1,0.25,,,,1',
        'JAK2,z2,-0.125,,,,1',
        '',
      ].join('\n'),
    )
    expect(await textOf('latent_shares.csv')).toBe(
      [
        'latent,factor,kind,levels,nested,share',
        'z1,perturbation,perturbation,4,0,0.5',
        'z1,depth,depth,,0,0',
        'z1,batch / lane,labels,2,1,0.75',
        'z2,perturbation,perturbation,4,0,0.25',
        'z2,depth,depth,,0,0.125',
        'z2,batch / lane,labels,2,1,0',
        '',
      ].join('\n'),
    )
    expect(await textOf('gene_scores.csv')).toBe(
      [
        'latent,gene,score',
        'z1,IFNGR1,0.5',
        'z1,JAK2,0.25',
        'z1,"Jäger ""ß"", 1",0',
        'z1,ACTB,-0.125',
        'z2,"Jäger ""ß"", 1",1e-7',
        'z2,IFNGR1,0',
        'z2,ACTB,0',
        'z2,JAK2,-1',
        '',
      ].join('\n'),
    )
    expect(await textOf('latents.csv')).toBe(
      [
        'barcode,perturbation,split,z1,z2',
        'CELL1-1,control,train,0.1,-1',
        'CELL2-1,IFNGR1,train,0.2,-2',
        'CELL3-1,IFNGR1,validation,0.3,-3',
        'CELL4-1,IFNGR1+JAK2,train,0.4,-4',
        'CELL5-1,control,train,0.5,-5',
        'CELL6-1,JAK2,test,0.6,-6',
        '',
      ].join('\n'),
    )
    expect(await textOf('genes/z1_up.txt')).toBe('IFNGR1\nJAK2\n')
    expect(await textOf('genes/z1_down.txt')).toBe('ACTB\n')
    expect(await textOf('genes/z2.rnk')).toBe('Jäger "ß", 1\t1e-7\nIFNGR1\t0\nACTB\t0\nJAK2\t-1\n')
    expect(await textOf('genes.gmt')).toBe(
      [
        'z1_up\tLatent 1, up\tIFNGR1\tJAK2',
        'z1_down\tLatent 1, down\tACTB',
        'z2_up\tInterferon & "response" <1>, up\tJäger "ß", 1',
        'z2_down\tInterferon & "response" <1>, down\tJAK2',
        '',
      ].join('\n'),
    )
    expect(runSchema.parse(JSON.parse(await textOf('run.json')))).toEqual(run)
  })

  it('writes content latents into tables of their own', async () => {
    const results = resultsWithContent()
    const files = await exportResults(results, run, directory, null)
    expect(files.map(({ path }) => basename(path))).toEqual(
      expect.arrayContaining(['content_latents.csv', 'content_gene_scores.csv']),
    )
    const cells = (await textOf('content_latents.csv')).split('\n')
    expect(cells.slice(0, 3)).toEqual([
      'barcode,perturbation,split,c1,c2',
      'CELL1-1,control,train,1,7',
      'CELL2-1,IFNGR1,train,2,8',
    ])
    expect(await textOf('content_gene_scores.csv')).toBe(
      [
        'latent,gene,score',
        'c1,JAK2,1',
        'c1,IFNGR1,0.5',
        'c1,ACTB,0.25',
        'c1,"Jäger ""ß"", 1",0',
        'c2,"Jäger ""ß"", 1",-1',
        'c2,ACTB,-2',
        'c2,JAK2,-3',
        'c2,IFNGR1,-4',
        '',
      ].join('\n'),
    )
    expect(await textOf('latent_shares.csv')).toContain('\nc2,batch / lane,labels,2,1,0.5\n')
    // Processes stay what they are.
    expect(await textOf('latents.csv')).toMatch(/^barcode,perturbation,split,z1,z2\n/)
    expect(await textOf('gene_scores.csv')).not.toContain('c1')
    expect(await textOf('target_graph.csv')).not.toContain('c1')
    expect(await readResults(join(directory, 'results.h5ad'))).toEqual(results)
    expect(await readShares(join(directory, 'results.h5ad'))).toEqual({
      latents: ['z1', 'z2'],
      contentLatents: ['c1', 'c2'],
      shares: results.shares,
    })
  })

  it('quotes names that need it', async () => {
    const results = smallResults()
    const perturbations = ['A,1', 'say "B"', 'C']
    await exportResults({ ...results, screen: { ...results.screen, perturbations } }, run, directory, null)
    const lines = (await textOf('target_graph.csv')).split('\n')
    expect(lines[1]).toBe('"A,1",z1,0.9,-1.5,1')
    expect(lines[3]).toBe('"say ""B""",z1,0.5,0,0')
  })

  it('writes a graph that an independent XML reader understands', async () => {
    await exportResults(smallResults(), run, directory, null)
    const reader = `
import json, sys, xml.etree.ElementTree as tree
ns = "{http://graphml.graphdrawing.org/xmlns}"
root = tree.parse(sys.argv[1]).getroot()
keys = {k.get("id"): k for k in root.findall(ns + "key")}
values = lambda item: {keys[d.get("key")].get("attr.name"): d.text for d in item.findall(ns + "data")}
graph = root.find(ns + "graph")
json.dump({
    "directed": graph.get("edgedefault"),
    "nodes": {n.get("id"): values(n) for n in graph.findall(ns + "node")},
    "edges": [[e.get("source"), e.get("target"), values(e)] for e in graph.findall(ns + "edge")],
}, sys.stdout)`
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [
      '-c',
      reader,
      join(directory, 'target_graph.graphml'),
    ])
    expect(z.unknown().parse(JSON.parse(stdout))).toEqual({
      directed: 'directed',
      nodes: {
        'perturbation:IFNGR1': { label: 'IFNGR1', kind: 'perturbation', cells: '2' },
        'perturbation:IFNGR1+JAK2': { label: 'IFNGR1+JAK2', kind: 'perturbation', cells: '1' },
        'latent:z1': { label: 'Latent 1', kind: 'latent', latent: 'z1', top_genes: 'IFNGR1, JAK2, ACTB' },
        'latent:z2': {
          label: 'Interferon & "response" <1>',
          kind: 'latent',
          latent: 'z2',
          top_genes: 'JAK2, Jäger "ß", 1',
        },
      },
      edges: [
        ['perturbation:IFNGR1', 'latent:z1', { probability: '0.9', shift: '-1.5' }],
        ['perturbation:IFNGR1+JAK2', 'latent:z2', { probability: '0.75', shift: '2' }],
      ],
    })
  })

  it('reports progress, and ends when it is cancelled', async () => {
    const messages: string[] = []
    const controller = new AbortController()
    const exporting = exportResults(smallResults(), run, directory, null, {
      signal: controller.signal,
      onProgress: (_, message) => {
        messages.push(message)
        if (message.includes('genes.gmt')) controller.abort(new Error('Cancelled by the person.'))
      },
    })
    await expect(exporting).rejects.toThrow('Cancelled by the person.')
    expect(messages.at(0)).toBe('Writing target_graph.csv')
    expect(messages.at(-1)).toBe('Writing genes.gmt')
  })

  it('passes on what the disk says', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(exportResults(smallResults(), run, join(directory, 'file'), null)).rejects.toMatchObject({
      code: 'EEXIST',
    })
  })
})

describe('numberText', () => {
  it('is the shortest text that reads back as the same 32-bit number', () => {
    for (const value of [0, 1, -1.5, 0.1, 1 / 3, 1e-7, 12_345.678, 3.4e38, 1.17e-38, -0.000_123]) {
      const single = Math.fround(value)
      expect(Math.fround(Number(numberText(single)))).toBe(single)
    }
    expect(numberText(Math.fround(0.1))).toBe('0.1')
    expect(numberText(Math.fround(1 / 3))).toBe('0.33333334')
  })
})
