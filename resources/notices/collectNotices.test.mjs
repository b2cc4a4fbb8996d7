import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shippedPackages } from './collectNotices.mjs'

it('names every package that ships, in the version that ships', () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'THIRD-PARTY-NOTICES.txt'), 'utf8')
  const missing = shippedPackages().filter(({ name, version }) => !text.includes(`\n${name} ${version} (`))
  expect(missing, 'run `npm run notices`').toEqual([])
})
