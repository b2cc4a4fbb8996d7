import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApplication, type TestApplication } from './testApplication'

let application: TestApplication
beforeAll(async () => {
  application = await openTestApplication()
})
afterAll(() => application.close())

describe('before a project', () => {
  it('describes itself and what it runs on', async () => {
    expect(await application.ask('app/describe', {})).toMatchObject({
      version: '1.2.3',
      face: 'serve',
      nativeDialogs: false,
    })
    const report = await application.ask('app/diagnose', {})
    expect(report.versions).toMatchObject({ shiftscope: '1.2.3', node: process.versions.node })
    expect(report.devices.find(({ name }) => name === 'cpu')?.usable).toBe(true)
  })

  it('ends a measurement that is cancelled, and tells how far it was', async () => {
    const measurement = 'by-a-test'
    const refused = application.refusal('app/diagnose', { measure: true, measurement })
    await expect
      .poll(() => application.heard.some(({ name }) => name === 'measurement/changed'), { timeout: 15_000 })
      .toBe(true)
    await application.ask('measurements/cancel', { measurement })
    expect(await refused).toMatchObject({ code: 'measurement/cancelled' })
    expect(await application.ask('measurements/cancel', { measurement })).toEqual({})
  })

  it('keeps settings, one at a time', async () => {
    await application.ask('settings/change', { theme: 'dark' })
    await application.ask('settings/change', { projectsDirectory: join(application.folder, 'projects') })
    expect(await application.ask('settings/read', {})).toMatchObject({ theme: 'dark', device: 'auto' })
  })

  it('refuses what is not in the contract', async () => {
    expect(await application.refusal('projects/burn', {})).toMatchObject({ code: 'internal/unknownRequest' })
    expect(await application.refusal('toString', {})).toMatchObject({ code: 'internal/unknownRequest' })
    expect(await application.refusal('projects/open', { directory: 7 })).toMatchObject({
      code: 'internal/badInput',
      where: 'directory',
    })
    expect(await application.refusal('files/choose', { purpose: 'counts', kind: 'file' })).toMatchObject({
      code: 'files/noDialogs',
    })
  })

  it('says what a file is, and what is wrong with one', async () => {
    expect(await application.ask('screen/inspect', { path: application.files.geneSets })).toMatchObject({
      kind: 'gene-sets',
      sets: 2,
    })
    expect(
      await application.refusal('screen/inspect', { path: join(application.folder, 'gone.h5ad') }),
    ).toMatchObject({ code: 'files/missing', where: join(application.folder, 'gone.h5ad') })
  })
})

describe('folders', () => {
  it('are listed folders first, without hidden entries, with what they can be opened as', async () => {
    const place = join(application.folder, 'listing')
    await mkdir(join(place, 'run 10'), { recursive: true })
    await mkdir(join(place, 'run 9'))
    await mkdir(join(place, '.git'))
    await writeFile(join(place, 'run 9', 'sample1_matrix.mtx.gz'), '')
    await writeFile(join(place, 'a.csv'), 'abc')
    const listing = await application.ask('files/list', { directory: place })
    expect(listing.parent).toBe(application.folder)
    expect(listing.entries.map(({ name, kind, looksLike, bytes }) => [name, kind, looksLike, bytes])).toEqual(
      [
        ['run 9', 'folder', 'tenx-folder', null],
        ['run 10', 'folder', null, null],
        ['a.csv', 'file', null, 3],
      ],
    )
    expect((await application.ask('files/list', { directory: '/' })).parent).toBeNull()
    expect((await application.ask('files/list', { directory: null })).directory).not.toBe('')
    expect(await application.refusal('files/list', { directory: join(place, 'gone') })).toMatchObject({
      code: 'files/missing',
    })
  })
})

describe('the example', () => {
  it('is a new project each time, with the bundled screen chosen', async () => {
    const first = await application.ask('projects/createExample', { parentDirectory: null })
    const second = await application.ask('projects/createExample', { parentDirectory: null })
    expect(first.directory).toBe(join(application.folder, 'projects', 'Example screen'))
    expect(second.directory).toBe(join(application.folder, 'projects', 'Example screen 2'))
    expect(first.steps.screen.state).toBe('ready')
    const inspected = await application.ask('screen/inspect', { path: first.recipe.screen?.counts ?? '' })
    expect(inspected).toMatchObject({ kind: 'counts', cells: 20729, genes: 299, guides: 110 })
  })
})
