import { BrowserWindow } from './browserWindow.mjs'

/** What the app asked of the desktop, oldest first, for tests. @type {{ name: string, args: unknown[] }[]} */
export const calls = []

/**
 * A function of the desktop that writes down how it was called and gives a fixed answer.
 * @template T
 * @param {string} name
 * @param {() => T} answer
 */
function recorded(name, answer) {
  return (...args) => {
    calls.push({ name, args: args.filter((argument) => !(argument instanceof BrowserWindow)) })
    return answer()
  }
}

/** Every dialog is cancelled unless a test replaces it. */
export const dialog = {
  showOpenDialog: recorded('dialog.showOpenDialog', async () => ({ canceled: true, filePaths: [] })),
  showMessageBox: recorded('dialog.showMessageBox', async () => ({ response: 0, checkboxChecked: false })),
  showErrorBox: (title, content) => {
    calls.push({ name: 'dialog.showErrorBox', args: [title, content] })
    process.stderr.write(`${title}\n${content}\n`)
  },
}

export const shell = {
  openExternal: recorded('shell.openExternal', async () => {}),
  openPath: recorded('shell.openPath', async () => ''),
  showItemInFolder: recorded('shell.showItemInFolder', () => {}),
}
