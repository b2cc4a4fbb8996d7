import type { Locator, Page } from '@playwright/test'

/** A screen whose true graph is known, to learn with. */
export class SandboxPage {
  readonly heading: Locator
  readonly simulate: Locator
  readonly made: Locator
  readonly goOn: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'How much can a model find?' })
    this.simulate = page.getByRole('button', { name: 'Simulate the screen' })
    this.made = page.getByRole('region', { name: 'The screen is simulated' })
    this.goOn = page.getByRole('button', { name: 'Go on in a project' })
  }

  async set(label: string, value: number): Promise<void> {
    const field = this.page.getByRole('spinbutton', { name: label, exact: true })
    await field.fill(String(value))
    await field.blur()
  }
}
