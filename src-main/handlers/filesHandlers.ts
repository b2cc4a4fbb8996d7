import { ShiftscopeError } from '@contract/errors'
import { listFolder } from './folderListing'
import type { Dialogs, Handlers, Services } from './handler'

function requireDialogs(dialogs: Dialogs | null): Dialogs {
  if (dialogs) return dialogs
  throw new ShiftscopeError({
    code: 'files/noDialogs',
    message: 'This way of running Shiftscope has no file dialogs of the system.',
    hint: 'Choose the file in the list of folders.',
  })
}

/** Choosing and showing files. */
export function filesHandlers({
  dialogs,
}: Services): Pick<Handlers, 'files/choose' | 'files/list' | 'files/reveal'> {
  return {
    'files/choose': async ({ purpose, kind }) => ({
      path: await requireDialogs(dialogs).choose(purpose, kind),
    }),
    'files/list': ({ directory }) => listFolder(directory),
    'files/reveal': async ({ path }) => {
      await requireDialogs(dialogs).reveal(path)
      return {}
    },
  }
}
