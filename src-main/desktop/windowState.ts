import Conf from 'conf'
import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { z } from 'zod'

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1024),
  height: z.number().int().min(700),
})
const stateSchema = z.object({ bounds: boundsSchema, maximized: z.boolean() })
type WindowState = z.infer<typeof stateSchema>

export interface WindowMemory {
  /** Where the window was last time; null at first, and when that place is on no screen any more. */
  recall(): WindowState | null
  /** Writes down where the window is whenever it closes. */
  follow(window: BrowserWindow): void
}

/** Remembers size and place of the window in `window.json` of the given folder. */
export function windowMemory(directory: string): WindowMemory {
  const file = new Conf({ cwd: directory, configName: 'window', clearInvalidConfig: true })
  return {
    recall: () => {
      const state = stateSchema.safeParse(file.get('state')).data
      return state && isOnSomeScreen(state.bounds) ? state : null
    },
    follow: (window) =>
      window.on('close', () => {
        const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
        file.set('state', state)
      }),
  }
}

/** A window that was on a screen now unplugged would open where nobody sees it. */
function isOnSomeScreen({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const middle = x + width / 2
    return (
      middle >= workArea.x &&
      middle < workArea.x + workArea.width &&
      y >= workArea.y - 1 &&
      y < workArea.y + workArea.height
    )
  })
}
