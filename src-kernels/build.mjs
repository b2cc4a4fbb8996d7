import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

/**
 * Compiles the kernels into out/kernels: with and without relaxed SIMD, with and without memory that threads share.
 * The same sources and compiler give the same bytes; what is up to date is left alone.
 */

const here = import.meta.dirname
const output = join(here, '..', 'out', 'kernels')
const builds = [
  { name: 'relaxed-shared', relaxed: true, shared: true },
  { name: 'relaxed-single', relaxed: true, shared: false },
  { name: 'plain-shared', relaxed: false, shared: true },
  { name: 'plain-single', relaxed: false, shared: false },
]

function flagsOf({ name, relaxed, shared }) {
  return [
    join(here, 'index.ts'),
    ...['-o', join(output, `${name}.wasm`)],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
    ...['--enable', ['simd', 'threads', ...(relaxed ? ['relaxed-simd'] : [])].join(',')],
    ...['--importMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
    ...(shared ? ['--sharedMemory'] : []),
  ]
}

/** Of everything that decides the result. */
function fingerprint() {
  const hash = createHash('sha256').update(asc.version)
  for (const file of readdirSync(here).toSorted()) hash.update(file).update(readFileSync(join(here, file)))
  return hash.digest('hex')
}

function storedFingerprint() {
  try {
    return readFileSync(join(output, 'fingerprint'), 'utf8')
  } catch {
    return ''
  }
}

const current = fingerprint()
if (storedFingerprint() !== current) {
  mkdirSync(output, { recursive: true })
  for (const build of builds) {
    const { error, stderr } = await asc.main(flagsOf(build))
    if (error) {
      process.stderr.write(stderr.toString())
      throw error
    }
  }
  writeFileSync(join(output, 'fingerprint'), current)
}
