import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problemSchema } from '@contract/errors'
import { runSchema } from '@contract/run'
import { writeSmallScreen, type SmallScreenFiles } from '../tasks/smallScreenFiles'
import { openCommands, type CommandsInProcess } from './commandsInProcess'
import { startShiftscope } from './runShiftscope'

/** The built program in processes of its own; where only a problem is looked at, the same commands in this process. */

let folder: string
let commands: CommandsInProcess
let files: SmallScreenFiles
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  files = await writeSmallScreen(join(folder, 'files'))
  commands = await openCommands()
})
afterAll(async () => {
  await commands.close()
  await rm(folder, { recursive: true })
})

function shiftscope(...words: string[]) {
  return startShiftscope(words).ended
}

const failureSchema = z.object({ ok: z.literal(false), problem: problemSchema })

/** The problem in the JSON document of a command that fails. */
async function failureOf(...words: string[]) {
  const { code, output, errors } = await shiftscope(...words, '--json')
  return { code, errors, problem: failureSchema.parse(JSON.parse(output)).problem }
}

describe('shiftscope', () => {
  it('goes from counts to results', async () => {
    const project = join(folder, 'project')
    const imported = await shiftscope(
      ...['import', files.counts, '--guides', files.guides, '--guide-targets', files.guideTargets],
      ...['--control', 'non-targeting', '--project', project, '--json'],
    )
    expect(imported).toMatchObject({ code: 0, errors: '' })
    expect(JSON.parse(imported.output)).toMatchObject({
      ok: true,
      value: { directory: project, report: { cells: { labelled: 200, control: 40 } } },
    })

    const prepared = await shiftscope(
      'prepare',
      '--project',
      project,
      '--genes',
      'all',
      '--validation',
      '0.2',
    )
    expect(prepared.code).toBe(0)
    expect(prepared.output).toContain('200 cells, 30 genes and 4 perturbations kept')
    expect(prepared.output).toMatch(/to train on +160/)

    const words = ['--latents', '3', '--epochs', '2', '--batch-size', '64', '--warm-up', '1', '--seed', '4']
    const trained = await shiftscope('train', '--project', project, '--model', 'svae-plus', ...words)
    expect(trained).toMatchObject({ code: 0, output: 'svae-plus-1\n' })
    const run = runSchema.parse(
      JSON.parse(await readFile(join(project, 'runs/svae-plus-1/run.json'), 'utf8')),
    )
    expect(run).toMatchObject({ state: 'done', configuration: { latents: 3, seed: 4, batchSize: 64 } })

    const to = join(folder, 'results')
    expect((await shiftscope('export', '--project', project, '--run', 'latest', '--to', to)).code).toBe(0)
    expect(await readdir(to)).toContain('target_graph.csv')

    // The recipe that all this left behind gives the same result in one go.
    const again = join(folder, 'again')
    const rerun = await shiftscope('run', join(project, 'recipe.yaml'), '--project', again, '--json')
    expect(rerun).toMatchObject({ code: 0, errors: expect.stringContaining('Trained in') as string })
    const graph = (directory: string) => readFile(join(directory, 'target_graph.csv'), 'utf8')
    expect(await graph(join(again, 'exports/svae-plus-1'))).toBe(await graph(to))

    // A covariate that the screen does not have is told before anything is trained.
    const covariate = await failureOf('train', '--project', project, '--covariate', 'batch', 'donor')
    expect(covariate).toMatchObject({
      code: 1,
      problem: { code: 'recipe/unknownColumn', where: 'covariates' },
    })
    expect(covariate.problem.message).toContain('"batch"')
  }, 120_000)

  it('says what is in files, and fails when one of them cannot be read', async () => {
    const good = await shiftscope('inspect', files.counts, files.guides)
    expect(good.code).toBe(0)
    expect(good.output).toContain('200 cells × 30 genes')
    const gone = join(folder, 'gone.csv')
    const { code, output } = await shiftscope('inspect', files.geneSets, gone, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      problem: { code: 'files/missing', where: gone },
      value: { files: [{ inspection: { kind: 'gene-sets' } }, { problem: { code: 'files/missing' } }] },
    })
  }, 60_000)

  it('ends with 2 for wrong usage and 0 for help and version', async () => {
    const [unknown, asJson, bare, help, version] = await Promise.all([
      shiftscope('prepare', '--project', folder, '--min-conuts', '3'),
      failureOf('train', '--project', folder, '--epochs', 'ten'),
      shiftscope(),
      shiftscope('train', '--help'),
      shiftscope('--version'),
    ])
    expect(unknown).toMatchObject({ code: 2, output: '' })
    expect(unknown.errors).toContain("unknown option '--min-conuts'")
    expect(asJson).toMatchObject({ code: 2, errors: '', problem: { code: 'usage/invalidArgument' } })
    expect(asJson.problem.message).toContain('--epochs')
    expect(bare).toMatchObject({ code: 2, output: '' })
    expect(help.code).toBe(0)
    expect(help.output).toContain('Ctrl-C keeps a checkpoint')
    expect(version).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string })
  })

  it('leaves the recipe as it was when a step fails', async () => {
    const directory = join(folder, 'kept')
    const project = `--project ${directory}`
    await commands.run(
      `import ${files.counts} --guides ${files.guides} --guide-targets ${files.guideTargets} ${project}`,
    )
    const recipe = () => readFile(join(directory, 'recipe.yaml'), 'utf8')
    const before = await recipe()

    const cases: [line: string, problem: string][] = [
      ['prepare --min-counts 1000000', 'quality/noCellsLeft'],
      [`import ${join(folder, 'gone.h5ad')}`, 'files/missing'],
      ['train --epochs 4', 'project/notPrepared'],
      ['train --preset thorough --epochs 4', 'usage/epochsOfStart'],
    ]
    for (const [line, code] of cases) {
      await expect(commands.run(`${line} ${project}`), line).rejects.toMatchObject({ code })
      expect(await recipe(), line).toBe(before)
    }
  }, 120_000)

  it('ends with 2 for flags that do not go together', async () => {
    const into = ['--project', join(folder, 'contradiction')]
    const refused = await Promise.all([
      failureOf('import', files.counts, '--control', 'none', '--control', 'NT', ...into),
      failureOf('simulate', '--to', join(folder, 'simulated'), '--programmes', '3'),
    ])
    expect(refused).toMatchObject([
      { code: 2, problem: { code: 'usage/controls', where: '--control' } },
      { code: 2, problem: { code: 'usage/flagOfOtherKind', where: '--programmes' } },
    ])
  })

  it('ends with 1 and says file, reason and remedy for input that is wrong', async () => {
    const place = join(folder, 'bad')
    await mkdir(join(place, 'empty'), { recursive: true })
    const matrix = await readFile(files.counts, 'utf8')
    await writeFile(join(place, 'normalised.csv'), matrix.replace(/,3,/g, ',3.14,'))
    await writeFile(join(place, 'elsewhere.csv'), 'barcode,guide\nAAAA,GENE0g1\nCCCC,NTg1\n')
    await writeFile(join(place, 'broken.yaml'), 'quality:\n  minimumCounts: many\n')
    await mkdir(join(place, 'newer'))
    await writeFile(join(place, 'newer', 'project.json'), '{"schemaVersion": 99}')
    await writeFile(join(place, 'uncontrolled.csv'), 'guide,target\nNTg1,GENE9\n')
    await mkdir(join(place, 'truncated'))
    for (const name of ['matrix.mtx.gz', 'barcodes.tsv.gz', 'features.tsv.gz']) {
      const whole = gzipSync(`%%MatrixMarket matrix coordinate integer general\n${'1 1 1\n'.repeat(999)}`)
      await writeFile(join(place, 'truncated', name), whole.subarray(0, whole.length - 20))
    }
    const into = `--project ${join(place, 'project')}`
    const { counts, guides } = files
    const cases: [line: string, code: string, where: string][] = [
      [`import ${join(place, 'empty')} ${into}`, 'import/noMatrixInFolder', 'empty'],
      [
        `import ${join(place, 'normalised.csv')} --guides ${guides} ${into}`,
        'import/notCounts',
        'normalised.csv',
      ],
      [
        `import ${counts} --guides ${join(place, 'elsewhere.csv')} ${into}`,
        'import/noBarcodeMatches',
        'elsewhere.csv',
      ],
      [`import ${join(place, 'truncated')} ${into}`, 'files/truncatedGzip', '.gz'],
      [
        `import ${counts} --guides ${guides} --guide-targets ${join(place, 'uncontrolled.csv')} ${into}`,
        'import/noControls',
        'controls',
      ],
      [`prepare --project ${join(place, 'newer')}`, 'document/newer', 'project.json'],
      [`train --project ${join(place, 'empty')}`, 'project/missing', 'empty'],
      [
        `run ${join(place, 'broken.yaml')} ${into}`,
        'document/invalid',
        'line 2, field quality.minimumCounts',
      ],
    ]
    for (const [line, code, where] of cases) {
      const error: unknown = await commands.run(line).catch((reason: unknown) => reason)
      const problem = problemSchema.parse(error)
      expect(problem.code, line).toBe(code)
      expect(problem.where ?? '', line).toContain(where)
      expect(problem.hint).not.toBe('')
    }
    // As a document, and for people.
    const gone = ['import', join(place, 'gone.h5ad'), '--project', join(place, 'project')]
    expect(await failureOf(...gone)).toMatchObject({
      ...{ code: 1, errors: '' },
      problem: { code: 'files/missing', where: expect.stringContaining('gone.h5ad') as string },
    })
    // What was refused left neither an empty project nor anything half-written.
    expect(await readdir(place)).not.toContain('project')
    const { code, errors, output } = await shiftscope(...gone)
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(errors).toMatch(/Error: .+\n {2}Where: .*gone\.h5ad\n {2}What to do: .+\n$/)
  }, 120_000)
})

/** A disk of a few hundred KiB; null where this user may not make one. */
function mountSmallDisk(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('a full disk', () => {
  it('fails the step and leaves nothing half-written', async (context) => {
    const disk = join(folder, 'disk')
    await mkdir(disk)
    if (!mountSmallDisk(disk)) context.skip('Only root may mount a small disk.')
    try {
      const large = await writeSmallScreen(join(folder, 'large'), { cells: 2000, genes: 300 })
      const project = join(disk, 'project')
      const failure = await failureOf(
        ...['import', large.counts, '--guides', large.guides, '--guide-targets', large.guideTargets],
        ...['--project', project],
      )
      expect(failure).toMatchObject({ code: 1, problem: { code: 'files/diskFull' } })
      expect(await readdir(disk)).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})
