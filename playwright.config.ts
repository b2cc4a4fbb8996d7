import { defineConfig } from '@playwright/test'
import type { FaceOptions } from './e2e/fixtures/journey'
import { findChromium } from './e2e/setup/findChromium.mjs'

/**
 * Journeys on two faces: in a browser against `shiftscope serve`, and on the desktop shell. Beside them the page in which
 * the desktop computes on a graphics processor.
 */
export default defineConfig<FaceOptions>({
  testDir: 'e2e/journeys',
  outputDir: 'test-results/journeys',
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Training takes every core: two journeys at a time would only wait for each other.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    trace: 'retain-on-failure',
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: findChromium() ?? undefined, args: ['--disable-quic'] },
  },
  projects: [
    { name: 'served', testIgnore: '**/desktop/**', use: { face: 'served' } },
    { name: 'desktop', testIgnore: '**/served/**', use: { face: 'desktop' } },
    {
      name: 'graphics page',
      testDir: 'e2e/graphicsPage',
      use: {
        launchOptions: {
          executablePath: findChromium() ?? undefined,
          // SwiftShader computes on the CPU what a graphics processor would.
          args: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--disable-quic'],
        },
      },
    },
  ],
})
