import type { Locator, Page } from '@playwright/test'

/** Step 6: the target graph and the genes of each latent. */
export class ResultsPage {
  readonly heading: Locator
  readonly table: Locator
  readonly rows: Locator
  readonly details: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Which perturbation shifts which process?' })
    this.table = page.getByRole('radio', { name: 'Table' })
    this.rows = page.getByRole('table').getByRole('row')
    this.details = page.getByRole('complementary', { name: 'Details' })
  }

  /** Turns to another drawing of the graph. */
  async draw(drawing: 'Heat map' | 'Bipartite' | 'Table'): Promise<void> {
    await this.page.getByText(drawing, { exact: true }).click()
  }

  /** Finds something by name and selects it. */
  async find(name: string): Promise<void> {
    const search = this.page.getByRole('combobox', {
      name: /^Find a perturbation, (latent|component) or gene$/,
    })
    await search.click()
    await search.fill(name)
    await this.page.getByRole('option').filter({ hasText: name }).first().click()
  }
}
