import type { ResponseBody } from '@contract/requests'
import { settingsSchema } from '@contract/requests'
import type { Settings } from '@contract/requests'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { request } from '../contractClient/client'

/** Appearance, defaults and the face the app runs in. */
export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings | null>(null)
  const application = shallowRef<ResponseBody<'app/describe'> | null>(null)
  const systemPrefersDark = window.matchMedia('(prefers-color-scheme: dark)')
  const systemIsDark = shallowRef(systemPrefersDark.matches)
  systemPrefersDark.addEventListener('change', (event) => {
    systemIsDark.value = event.matches
  })

  const isDark = computed(() => {
    const theme = settings.value?.theme ?? 'system'
    return theme === 'system' ? systemIsDark.value : theme === 'dark'
  })
  watch(
    isDark,
    (dark) => {
      document.documentElement.classList.toggle('dark', dark)
    },
    { immediate: true },
  )

  /** @throws ShiftscopeError when the main side does not answer */
  async function load(): Promise<void> {
    const [described, read] = await Promise.all([request('app/describe', {}), request('settings/read', {})])
    application.value = described
    settings.value = read
  }

  /** Saves at once. @throws ShiftscopeError when the settings cannot be written */
  async function change(part: Partial<Settings>): Promise<void> {
    const before = settings.value
    if (before) settings.value = settingsSchema.parse({ ...before, ...part })
    try {
      settings.value = await request('settings/change', part)
    } catch (error) {
      settings.value = before
      throw error
    }
  }

  return { settings, application, isDark, load, change }
})
