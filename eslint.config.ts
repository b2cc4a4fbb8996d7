import type { Linter } from 'eslint'
import { defineConfig, globalIgnores } from 'eslint/config'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/**
 * The folders of the main side, lowest first: a folder may import itself and those before it, never those after.
 * `contract` is the only one that the renderer may import.
 */
const folders = [
  'contract',
  'numerics',
  'screen',
  'formats',
  'compute',
  'graphicsPage',
  'models',
  'training',
  'evaluation',
  'interpretation',
  'simulation',
  'reproduction',
  'workspace',
  'tasks',
  'handlers',
  'serve',
  'desktop',
  'preload',
  'cli',
  'bench',
]

/** Science: no files, no Electron, no DOM. */
const pureFolders = [
  'numerics',
  'screen',
  'models',
  'training',
  'evaluation',
  'interpretation',
  'simulation',
  'reproduction',
]

const notFromScience = {
  group: [
    'node:fs',
    'node:fs/*',
    'node:child_process',
    'node:path',
    'electron',
    'fs',
    'path',
    'h5wasm',
    'h5wasm/*',
  ],
  message: 'Science is pure: files and processes belong to formats, workspace and tasks.',
}
const electronOnlyInDesktop = {
  group: ['electron'],
  message: 'Only src-main/desktop and src-main/preload run inside Electron.',
}

const importRule: Linter.Config[] = folders.map((folder, position) => ({
  files: [`src-main/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...folders.slice(position + 1).map((later) => ({
            group: [`../${later}`, `../${later}/*`, `../../${later}/*`],
            message: `${folder} lies below ${later}: imports point down only.`,
          })),
          ...(pureFolders.includes(folder) ? [notFromScience] : []),
          ...(folder === 'desktop' || folder === 'preload' || pureFolders.includes(folder)
            ? []
            : [electronOnlyInDesktop]),
        ],
      },
    ],
  },
}))

export default defineConfig(
  // Kernels are AssemblyScript, which has its own compiler and no types that ESLint understands.
  globalIgnores([
    'out/',
    'dist/',
    'coverage/',
    'node_modules/',
    'test-results/',
    'playwright-report/',
    'src-main/compute/kernels/*.ts',
  ]),
  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [tseslint.configs.strictTypeChecked, vue.configs['flat/recommended']],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: ['./tsconfig.main.json', './tsconfig.renderer.json', './tsconfig.e2e.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Typed arrays and matrices are indexed everywhere; their bounds are checked where data enters.
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      // Layout is prettier's.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
    },
  },
  ...importRule,
  {
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.vue'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/src-main/**'], message: 'Import the contract as @contract/….' },
            { group: ['node:*', 'electron'], message: 'The renderer runs in a browser: ask the main side.' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
)
