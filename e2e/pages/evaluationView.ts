import type { Locator, Page } from '@playwright/test'

/** The part of the results that judges a run. */
export class EvaluationView {
  readonly evaluate: Locator
  readonly again: Locator
  readonly particles: Locator
  readonly toHoldOut: Locator
  readonly transfer: Locator
  readonly truth: Locator

  constructor(private readonly page: Page) {
    this.evaluate = page.getByRole('button', { name: 'Evaluate', exact: true })
    this.again = page.getByRole('button', { name: 'Evaluate again' })
    this.particles = page.getByRole('spinbutton', { name: 'Particles' })
    this.toHoldOut = page.getByRole('button', { name: 'Go to hold-out' })
    this.transfer = page.getByRole('region', { name: 'Transfer to held-out perturbations' })
    this.truth = page.getByRole('region', { name: 'Against the truth' })
  }

  /** The part that shows effects without a model. */
  async openIca(): Promise<void> {
    await this.page.getByRole('link', { name: 'Effects without a model (ICA)' }).click()
  }

  async open(): Promise<void> {
    await this.page.getByRole('link', { name: 'Evaluation' }).click()
  }

  /** Shows what most people leave as it is. */
  async openAdvanced(): Promise<void> {
    await this.page.getByText('Advanced', { exact: true }).click()
  }
}
