import { platform } from 'node:process'
import type { Handlers, Services } from './handler'

/** The program itself: what it is, what it runs on, its settings. */
export function applicationHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'app/describe'
  | 'app/diagnose'
  | 'settings/read'
  | 'settings/change'
  | 'models/devices'
  | 'measurements/cancel'
> {
  const { face, version, dialogs, settings, reader, measurements } = services
  return {
    'app/describe': () => Promise.resolve({ version, face, nativeDialogs: dialogs !== null, platform }),
    'app/diagnose': ({ measure, measurement }) =>
      measure
        ? measurements.measure(measurement ?? null, (options) =>
            reader.ask('diagnose', { version, measure }, options),
          )
        : reader.ask('diagnose', { version, measure }),
    'settings/read': () => Promise.resolve(settings.read()),
    'settings/change': (change) => Promise.resolve(settings.change(change)),
    'models/devices': async () => {
      const { devices } = await reader.ask('diagnose', { version, measure: false })
      return { devices }
    },
    'measurements/cancel': ({ measurement }) => {
      measurements.cancel(measurement)
      return Promise.resolve({})
    },
  }
}
