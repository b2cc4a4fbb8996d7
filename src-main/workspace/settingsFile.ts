import { homedir } from 'node:os'
import { join } from 'node:path'
import Conf from 'conf'
import { z } from 'zod'
import { settingsSchema, type Settings } from '@contract/requests'

/** Most projects on the list of recent ones. */
const longestList = 20

const rememberedSchema = z.object({
  directory: z.string(),
  name: z.string(),
  openedAt: z.iso.datetime(),
})
export type RememberedProject = z.infer<typeof rememberedSchema>

/** Settings and recent projects of this person, shared by the app, the served app and the terminal. */
export interface SettingsStore {
  read(): Settings
  change(change: Partial<Settings>): Settings
  /** Newest first. */
  recentProjects(): RememberedProject[]
  remember(directory: string, name: string): void
  forget(directory: string): void
}

/**
 * Opens the settings in a folder. A file that is broken is started anew: it holds nothing that cannot be chosen again,
 * and the program must open.
 */
export function openSettings(settingsDirectory: string): SettingsStore {
  const file = new Conf<{ settings: unknown; recent: unknown }>({
    cwd: settingsDirectory,
    configName: 'settings',
    clearInvalidConfig: true,
  })
  const defaults: Settings = {
    theme: 'system',
    projectsDirectory: join(homedir(), 'Shiftscope'),
    device: 'auto',
    threads: null,
  }
  const read = (): Settings => {
    const stored = settingsSchema.partial().safeParse(file.get('settings') ?? {})
    return { ...defaults, ...(stored.success ? stored.data : {}) }
  }
  const recentProjects = (): RememberedProject[] => {
    const stored = z.array(rememberedSchema).safeParse(file.get('recent') ?? [])
    return stored.success ? stored.data : []
  }
  const without = (directory: string) => recentProjects().filter((project) => project.directory !== directory)
  return {
    read,
    change: (change) => {
      const settings = settingsSchema.parse({ ...read(), ...change })
      file.set('settings', settings)
      return settings
    },
    recentProjects,
    remember: (directory, name) => {
      const opened = { directory, name, openedAt: new Date().toISOString() }
      file.set('recent', [opened, ...without(directory)].slice(0, longestList))
    },
    forget: (directory) => {
      file.set('recent', without(directory))
    },
  }
}
