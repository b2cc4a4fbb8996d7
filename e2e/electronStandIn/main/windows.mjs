/** Open windows by id. @type {Map<number, import('./browserWindow.mjs').BrowserWindow>} */
export const windows = new Map()
