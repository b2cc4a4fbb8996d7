import type { Locator, Page } from '@playwright/test'

/** Writes the tables, lists and graph of a run into a folder. */
export class ExportsPage {
  readonly heading: Locator
  readonly folder: Locator
  readonly start: Locator
  readonly done: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Which results should be written to files?' })
    this.folder = page.getByRole('textbox', { name: 'Folder' })
    this.start = page.getByRole('button', { name: 'Export', exact: true })
    this.done = page.getByText('Export done.')
  }

  /** The line of a file in the list. */
  file(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) })
  }
}
