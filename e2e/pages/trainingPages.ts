import type { Locator, Page } from '@playwright/test'

/** Step 4: the settings of the models. */
export class ModelsPage {
  readonly heading: Locator
  readonly epochs: Locator
  readonly warmUp: Locator
  readonly latents: Locator
  readonly train: Locator

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Which models should be trained?' })
    this.epochs = page.getByRole('textbox', { name: 'Epochs, at most' })
    this.warmUp = page.getByRole('textbox', { name: 'Warm-up' })
    this.latents = page.getByRole('textbox', { name: 'Latents' })
    this.train = page.getByRole('button', { name: /^Train \d+ models?$/ })
  }
}

/** Step 5: runs with their curves. */
export class TrainingPage {
  readonly heading: Locator
  readonly runs: Locator
  readonly pause: Locator
  readonly resume: Locator
  readonly finish: Locator
  readonly showResults: Locator

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Is training going well?' })
    this.runs = page.getByRole('navigation', { name: 'Runs' }).getByRole('button')
    this.pause = page.getByRole('button', { name: 'Pause' })
    this.resume = page.getByRole('button', { name: 'Resume' })
    this.finish = page.getByRole('button', { name: 'Finish now' })
    this.showResults = page.getByRole('button', { name: 'Show results' })
  }
}
