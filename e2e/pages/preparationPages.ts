import type { Locator, Page } from '@playwright/test'

/** Step 2: thresholds on histograms. */
export class QualityPage {
  readonly heading: Locator
  readonly countsPerCell: Locator

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Which cells and genes are good enough?' })
    this.countsPerCell = page.getByRole('heading', { name: 'Counts per cell' })
  }
}

/** Step 3: what the model never sees. */
export class HoldOutPage {
  readonly heading: Locator
  readonly prepare: Locator
  readonly report: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', {
      level: 1,
      name: 'Which perturbations does the model never see?',
    })
    this.prepare = page.getByRole('button', { name: /^Prepare (the screen|again)$/ })
    this.report = page.getByRole('region', { name: 'What was prepared' })
  }

  /** The radio button of a rule; its name goes on with what the rule is for. */
  rule(name: string): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${name}`) })
  }
}
