import { strict } from './runtime.mjs'

/** Chromium's own answer stands for that of the permission handlers: everything is denied without a window. */
const defaultSession = strict('session', {
  setPermissionRequestHandler() {},
  setPermissionCheckHandler() {},
})

export const session = { defaultSession }

const workArea = { x: 0, y: 0, width: 1920, height: 1080 }
export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea, bounds: workArea, scaleFactor: 1 }],
})
