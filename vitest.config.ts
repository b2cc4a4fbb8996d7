import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const alias = { '@contract': resolve(import.meta.dirname, 'src-main/contract') }

export default defineConfig({
  test: {
    // The usual number leaves a core free, which on two cores is one process after the other.
    maxWorkers: '100%',
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'main',
          include: ['src-main/**/*.test.ts'],
          environment: 'node',
          testTimeout: 20_000,
          globalSetup: ['./src-main/compute/kernels/build.mjs', './e2e/setup/buildForTests.ts'],
        },
      },
      {
        test: {
          name: 'harness',
          include: ['e2e/**/*.test.mjs', 'resources/**/*.test.mjs'],
          environment: 'node',
          testTimeout: 20_000,
        },
      },
      {
        plugins: [vue()],
        resolve: { alias },
        test: {
          name: 'renderer',
          include: ['src-renderer/**/*.test.ts'],
          environment: 'happy-dom',
          testTimeout: 20_000,
          server: { deps: { inline: ['element-plus', 'vue-echarts', 'echarts'] } },
        },
      },
    ],
  },
})
