/**
 * The hidden page in which the desktop computes on a graphics processor. Its preload hands it a port, which is all that
 * it has of the desktop.
 */
export const graphicsPage = {
  file: 'graphics.html',
  /** Electron IPC channel on which main hands the port to the preload. */
  portChannel: 'shiftscope:graphicsPort',
  /** What the preload says to the page with the port. */
  portMessage: 'shiftscope:graphicsPort',
} as const
