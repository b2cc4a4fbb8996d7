import type { Locator, Page } from '@playwright/test'

/** Step 1: the files and what is in them. */
export class ScreenPage {
  readonly heading: Locator
  readonly counts: Locator
  readonly guides: Locator
  readonly guideTargets: Locator
  readonly importScreen: Locator
  readonly report: Locator

  constructor(page: Page) {
    this.heading = page.getByRole('heading', {
      level: 1,
      name: 'Which files hold the counts and the guides?',
    })
    this.counts = page.getByRole('textbox', { name: 'Count matrix' })
    this.guides = page.getByRole('textbox', { name: 'Guide table' })
    this.guideTargets = page.getByRole('textbox', { name: 'Targets of the guides (optional)' })
    this.importScreen = page.getByRole('button', { name: /^Import (the screen|again)$/ })
    this.report = page.getByRole('region', { name: 'What was imported' })
  }
}

/** Types a path into a field and takes it over, as leaving the field does. */
export async function typePath(field: Locator, path: string): Promise<void> {
  await field.fill(path)
  await field.blur()
}
