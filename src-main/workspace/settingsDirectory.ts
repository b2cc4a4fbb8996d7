import { homedir, platform } from 'node:os'
import { join } from 'node:path'

const name = 'Shiftscope'

/**
 * Where this person's settings lie: the folder that the desktop app has by the system's custom, so that all faces
 * share them. The variable SHIFTSCOPE_SETTINGS names another one.
 */
export function defaultSettingsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.SHIFTSCOPE_SETTINGS) return environment.SHIFTSCOPE_SETTINGS
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', name)
    case 'win32':
      return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
    default:
      return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), name)
  }
}
