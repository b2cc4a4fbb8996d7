import { windows } from './windows.mjs'

export class MenuItem {
  /** @param {import('electron').MenuItemConstructorOptions} options */
  constructor(options) {
    Object.assign(this, { enabled: true, visible: true, label: '', ...options })
    this.click = () => options.click?.(this, [...windows.values()].at(-1), {})
    if (Array.isArray(options.submenu)) this.submenu = Menu.buildFromTemplate(options.submenu)
  }
}

export class Menu {
  /** @type {Menu | null} */
  static current = null
  /** @type {MenuItem[]} */
  items = []

  static buildFromTemplate(template) {
    const menu = new Menu()
    menu.items = template.map((options) => new MenuItem(options))
    return menu
  }
  static setApplicationMenu(menu) {
    Menu.current = menu
  }
  static getApplicationMenu() {
    return Menu.current
  }
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}
