import { accessibilityFindings } from '../fixtures/accessibility'
import { expect, test } from '../fixtures/journey'
import { StartPage } from '../pages/startPage'

test('the app opens with the start page', async ({ page }) => {
  const start = new StartPage(page)
  await expect(start.heading).toBeVisible()
  await expect(start.openExample).toBeEnabled()
  await expect(page).toHaveTitle(/Shiftscope/)
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the start page in the ${theme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await expect(new StartPage(page).openExample).toBeVisible()
    expect(await accessibilityFindings(page)).toEqual([])
  })
}

test('a reload keeps the session', async ({ page }) => {
  await page.reload()
  await expect(new StartPage(page).openExample).toBeEnabled()
})
