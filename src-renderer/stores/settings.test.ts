import type { Settings } from '@contract/requests'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { connectTo } from '../contractClient/client'
import { FakeBridge } from '../contractClient/fixtures/fakeBridge'
import { useSettingsStore } from './settings'

const kept: Settings = { theme: 'light', projectsDirectory: '/projects', device: 'auto', threads: null }
const application = { version: '0.1.0', face: 'serve' as const, nativeDialogs: false, platform: 'linux' }

beforeEach(() => {
  setActivePinia(createPinia())
})

it('puts the chosen theme on the page', async () => {
  connectTo(
    new FakeBridge({
      'app/describe': () => application,
      'settings/read': () => kept,
      'settings/change': (part) => ({ ...kept, ...part }),
    }),
  )
  const settings = useSettingsStore()
  await settings.load()
  expect(document.documentElement.classList.contains('dark')).toBe(false)
  await settings.change({ theme: 'dark' })
  await nextTick()
  expect(document.documentElement.classList.contains('dark')).toBe(true)
})

it('goes back to the old settings when the new ones cannot be saved', async () => {
  connectTo(
    new FakeBridge({
      'app/describe': () => application,
      'settings/read': () => kept,
      'settings/change': () => {
        throw Object.assign(new Error('read only'), { code: 'EROFS' })
      },
    }),
  )
  const settings = useSettingsStore()
  await settings.load()
  await expect(settings.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'files/readOnlyDisk' })
  expect(settings.settings?.theme).toBe('light')
})
