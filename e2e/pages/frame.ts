import type { Locator, Page } from '@playwright/test'

export type StepLabel = 'Screen' | 'Quality' | 'Hold-out' | 'Models' | 'Training' | 'Results'

/** What every page of a project has around it: the rail of steps, the bar, the footer. */
export class Frame {
  readonly heading: Locator
  readonly next: Locator
  readonly alert: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1 })
    this.next = page.getByRole('button', { name: /^Next:/ })
    this.alert = page.getByRole('alert')
  }

  /** A step in the rail, with its state in words. */
  step(label: StepLabel): Locator {
    const rail = this.page.getByRole('navigation', { name: 'Steps of the analysis' })
    return rail.getByRole('list').first().getByRole('link', { name: label })
  }

  /** A figure of a page, or of a part of it, found by its label: its value and unit. */
  figure(label: string, within: Page | Locator = this.page): Locator {
    return within
      .locator('.figure')
      .filter({ has: this.page.getByRole('button', { name: label, exact: true }) })
      .locator('.value')
  }
}
