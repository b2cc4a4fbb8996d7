import { platform } from 'node:process'
import type { Handlers, Services } from './handler'

/** The program itself: what it is, what it runs on, its settings. */
export function applicationHandlers(
  services: Services,
): Pick<Handlers, 'app/describe' | 'app/diagnose' | 'settings/read' | 'settings/change' | 'models/devices'> {
  const { face, version, dialogs, settings, reader, announce } = services
  return {
    'app/describe': () => Promise.resolve({ version, face, nativeDialogs: dialogs !== null, platform }),
    'app/diagnose': ({ measure }) =>
      reader.ask(
        'diagnose',
        { version, measure },
        {
          progress: (fraction, message) => announce('app/diagnosing', { fraction: fraction ?? 0, message }),
        },
      ),
    'settings/read': () => Promise.resolve(settings.read()),
    'settings/change': (change) => Promise.resolve(settings.change(change)),
    'models/devices': async () => {
      const { devices } = await reader.ask('diagnose', { version, measure: false })
      return { devices }
    },
  }
}
