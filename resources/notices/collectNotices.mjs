// Writes THIRD-PARTY-NOTICES.txt: the licence text of every package that ships with the product, and of its data.
// Run with `npm run notices` after the dependencies change; a test compares the list of packages with the lockfile.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const notices = dirname(fileURLToPath(import.meta.url))
const root = join(notices, '..', '..')

/** Folders of node_modules that ship: neither development packages nor the optional CUDA backend. */
export function shippedPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(lock.packages)
    .filter(
      ([path, entry]) =>
        path.startsWith('node_modules/') && !entry.dev && !entry.optional && !entry.devOptional,
    )
    .map(([path, entry]) => ({ path, name: path.replace(/^.*node_modules\//, ''), version: entry.version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function licenceOf(path) {
  const folder = join(root, path)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name))
  const text = file
    ? readFileSync(join(folder, file), 'utf8').trim()
    : '(The package carries no licence file.)'
  const notice = existsSync(join(folder, 'NOTICE'))
    ? `\n\n${readFileSync(join(folder, 'NOTICE'), 'utf8').trim()}`
    : ''
  const kind =
    typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? 'see below')
  return { kind, text: text + notice }
}

function collect() {
  const parts = [readFileSync(join(notices, 'data.txt'), 'utf8').trim()]
  for (const { path, name, version } of shippedPackages()) {
    if (!existsSync(join(root, path))) continue
    const { kind, text } = licenceOf(path)
    parts.push(`${name} ${version} (${kind})\n\n${text}`)
  }
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'resources', 'THIRD-PARTY-NOTICES.txt'), collect())
}
