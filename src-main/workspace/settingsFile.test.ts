import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSettings } from './settingsFile'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('settings', () => {
  it('have defaults, and a change of one leaves the others', () => {
    const settings = openSettings(folder)
    expect(settings.read()).toMatchObject({ theme: 'system', device: 'auto', threads: null })
    settings.change({ theme: 'dark' })
    settings.change({ threads: 2 })
    expect(openSettings(folder).read()).toMatchObject({ theme: 'dark', threads: 2 })
  })

  it('start anew when the file is broken', async () => {
    await writeFile(join(folder, 'settings.json'), '{"settings": {"theme"')
    expect(openSettings(folder).read().theme).toBe('system')
    await writeFile(join(folder, 'settings.json'), '{"settings": {"theme": "pink"}, "recent": 7}')
    expect(openSettings(folder).read().theme).toBe('system')
    expect(openSettings(folder).recentProjects()).toEqual([])
  })
})

describe('recent projects', () => {
  it('are listed once each, newest first, twenty at most', () => {
    const settings = openSettings(folder)
    for (let i = 0; i < 25; i++) settings.remember(`/projects/${i}`, `Screen ${i}`)
    settings.remember('/projects/10', 'Renamed')
    const recent = settings.recentProjects()
    expect(recent).toHaveLength(20)
    expect(recent[0]).toMatchObject({ directory: '/projects/10', name: 'Renamed' })
    expect(recent.filter(({ directory }) => directory === '/projects/10')).toHaveLength(1)
    settings.forget('/projects/10')
    expect(settings.recentProjects()[0].directory).toBe('/projects/24')
  })
})
