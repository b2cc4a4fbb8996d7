import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import { transport } from '@contract/bridge'
import { ShiftscopeError, asProblem } from '@contract/errors'
import type { Application } from '../handlers/application'
import { isWithin } from './lockDown'

/**
 * Connects the renderer to the application: requests in, replies and events out.
 * @param ownOrigin origin of the renderer; a request from any other page is refused
 * @param mainWindow the window events go to; null while there is none
 */
export function openRequestChannel(
  application: Application,
  ownOrigin: string,
  mainWindow: () => BrowserWindow | null,
): void {
  ipcMain.handle(transport.invokeChannel, async (event, name: unknown, body: unknown) => {
    try {
      refuseForeign(event, ownOrigin)
      return await application.answer(String(name), body)
    } catch (error) {
      return { ok: false, problem: asProblem(error) }
    }
  })
  application.subscribe((name, body) => {
    const window = mainWindow()
    if (window && !window.isDestroyed()) window.webContents.send(transport.eventChannel, name, body)
  })
}

/** Only the top page of the renderer's own origin may ask. */
function refuseForeign(event: IpcMainInvokeEvent, ownOrigin: string): void {
  const frame = event.senderFrame
  if (frame && frame.parent === null && isWithin(frame.url, ownOrigin)) return
  throw new ShiftscopeError({
    code: 'desktop/foreignPage',
    message: 'The request comes from a page that is not Shiftscope.',
    where: frame?.url,
    hint: 'Close the window and start Shiftscope again.',
  })
}
