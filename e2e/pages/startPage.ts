import type { Locator, Page } from '@playwright/test'

/** The page that the app opens with: example, new and known projects. */
export class StartPage {
  readonly heading: Locator
  readonly openExample: Locator
  readonly recent: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Which screen should be analysed?' })
    this.openExample = page.getByRole('button', { name: 'Open the example screen' })
    this.recent = page.getByRole('table')
  }

  /** Makes an empty project in the proposed folder. */
  async makeProject(name: string): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(name)
    await this.page.getByRole('button', { name: 'Make the project' }).click()
  }
}
