import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname
const alias = { '@contract': resolve(here, 'src-main/contract') }

/** Three builds: the main side (one entry per face, and the worker), the sandboxed preload, the renderer. */
export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      // Optional packages, which need not be there, have native parts that cannot be bundled.
      externalizeDeps: { include: ['webgpu', '@tensorflow/tfjs-node-gpu'] },
      rollupOptions: {
        input: {
          desktop: resolve(here, 'src-main/desktop/desktop.ts'),
          shiftscope: resolve(here, 'src-main/cli/shiftscope.ts'),
          worker: resolve(here, 'src-main/tasks/worker.ts'),
          bench: resolve(here, 'src-main/bench/bench.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      // A sandboxed preload can require nothing but Electron: everything else is bundled.
      externalizeDeps: false,
      outDir: 'out/preload',
      rollupOptions: {
        input: {
          preload: resolve(here, 'src-main/preload/preload.ts'),
          graphicsPreload: resolve(here, 'src-main/preload/graphicsPreload.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'src-renderer'),
    base: './',
    // The hidden page's script belongs to the main side, whose engines it runs.
    resolve: { alias: { ...alias, '/graphicsPage': resolve(here, 'src-main/graphicsPage') } },
    plugins: [vue()],
    build: {
      outDir: resolve(here, 'out/renderer'),
      rollupOptions: {
        input: {
          index: resolve(here, 'src-renderer/index.html'),
          graphics: resolve(here, 'src-renderer/graphics.html'),
        },
      },
    },
  },
})
