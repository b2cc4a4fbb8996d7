import type { Locator, Page } from '@playwright/test'

/** The page that the app opens with: example, new and known projects. */
export class StartPage {
  readonly heading: Locator
  readonly openExample: Locator

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1 })
    this.openExample = page.getByRole('button', { name: 'Open the example screen' })
  }
}
