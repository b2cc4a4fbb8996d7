import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron'

/**
 * The native menu: the roles that every app of the platform has, so that its usual shortcuts work.
 * @param settingsDirectory shown on request: what a bug report needs is there
 */
export function setMenu(settingsDirectory: string): void {
  const appMenu: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  const developer: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }]
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...appMenu,
      { role: 'fileMenu' },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...developer,
        ],
      },
      { role: 'windowMenu' },
      {
        role: 'help',
        submenu: [
          {
            id: 'openSettingsFolder',
            label: 'Open the settings folder',
            click: () => void shell.openPath(settingsDirectory),
          },
          { role: 'about' },
        ],
      },
    ]),
  )
}
