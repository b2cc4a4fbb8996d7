import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asProblem } from '@contract/errors'
import { createProject, folderNameFor, freeFolder } from './createProject'
import { migrate, type Migration } from './migrations'
import { migrateProjectFile, readProject } from './projectFile'
import { projectPaths } from './projectPaths'
import { readRecipe } from './recipeFile'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  file = projectPaths(folder).project
})
afterEach(() => rm(folder, { recursive: true }))

async function problemOf(work: Promise<unknown>) {
  return asProblem(
    await work.then(
      () => 'no error',
      (error: unknown) => error,
    ),
  )
}

describe('a project on disk', () => {
  it('is made in an empty folder with a recipe of defaults', async () => {
    await createProject(folder, { name: 'THP-1' })
    expect(await readProject(folder)).toMatchObject({ name: 'THP-1', imported: null, prepared: null })
    expect((await readRecipe(folder)).models).toHaveLength(1)
    expect((await readdir(folder)).sort()).toEqual(['project.json', 'recipe.yaml'])
  })

  it('is not made over files that are there', async () => {
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    expect(await problemOf(createProject(folder))).toMatchObject({
      code: 'project/folderTaken',
      where: folder,
    })
    expect(await freeFolder(join(folder, '..'), folder.split('/').at(-1) ?? '')).toBe(`${folder} 2`)
  })

  it('gets a folder name that every file system takes', () => {
    expect(folderNameFor('CRISPRi: day 3/7?')).toBe('CRISPRi- day 3-7-')
    expect(folderNameFor('../..')).toBe('-')
    expect(folderNameFor(' . ')).toBe('screen')
  })

  it('that is none is said to be none', async () => {
    expect(await problemOf(readProject(folder))).toMatchObject({ code: 'project/missing', where: folder })
  })

  it('with a broken file names file and line', async () => {
    await writeFile(file, '{\n  "schemaVersion": 1\n  "name": "x"\n}\n')
    const problem = await problemOf(readProject(folder))
    expect(problem.code).toBe('document/broken')
    expect(problem.where).toMatch(/project\.json, line 3$/)
    expect(problem.hint).not.toBe('')
  })

  it('with a value of the wrong kind names file, line and field', async () => {
    await createProject(folder)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"sources": []', '"sources": [\n {"role": "counts", "path": 7}\n]'))
    expect(await problemOf(readProject(folder))).toMatchObject({
      code: 'document/invalid',
      where: `${file}, line 6, field sources.0.path`,
    })
  })

  it('of a newer version is refused and left as it is', async () => {
    const text = '{"schemaVersion": 2, "name": "from the future"}'
    await writeFile(file, text)
    const problem = await problemOf(readProject(folder))
    expect(problem).toMatchObject({ code: 'document/newer', where: `${file}, field schemaVersion` })
    expect(problem.message).toContain('version 2')
    expect(await readFile(file, 'utf8')).toBe(text)
  })
})

describe('migration', () => {
  const migrations = new Map<number, Migration>([
    [1, (document) => ({ ...document, title: document.name })],
    [2, (document) => ({ ...document, colour: 'blue' })],
  ])

  it('goes through every version in turn', () => {
    const { document, from } = migrate({ schemaVersion: 1, name: 'old' }, 'project.json', 3, migrations)
    expect(from).toBe(1)
    expect(document).toEqual({ schemaVersion: 3, name: 'old', title: 'old', colour: 'blue' })
  })

  it('keeps the old file beside the new one', async () => {
    const text = '{"schemaVersion": 1, "name": "old"}'
    await writeFile(file, text)
    await migrateProjectFile(folder, 3, migrations)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: 3, colour: 'blue' })
    expect(await readFile(join(folder, 'project.version-1.json'), 'utf8')).toBe(text)
  })

  it('leaves a file of the present version alone', async () => {
    await createProject(folder)
    await migrateProjectFile(folder)
    expect((await readdir(folder)).sort()).toEqual(['project.json', 'recipe.yaml'])
  })

  it('refuses a document without a version', async () => {
    await writeFile(file, '[]')
    expect(await problemOf(readProject(folder))).toMatchObject({ code: 'document/invalid' })
  })
})
