import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const here = import.meta.dirname
const output = join(here, '..', '..', '..', 'out', 'kernels')

/** With and without relaxed SIMD, with and without memory that threads share. */
const builds = [
  { name: 'relaxed-shared', relaxed: true, shared: true },
  { name: 'relaxed-single', relaxed: true, shared: false },
  { name: 'plain-shared', relaxed: false, shared: true },
  { name: 'plain-single', relaxed: false, shared: false },
]

function flagsOf({ relaxed, shared }) {
  return [
    'index.ts',
    ...['--outFile', 'kernels.wasm', '--baseDir', here],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
    ...['--enable', ['simd', 'threads', ...(relaxed ? ['relaxed-simd'] : [])].join(',')],
    // Warns of vectors that other programs could not pass; ours stay between kernels.
    ...['--disableWarning', '112'],
    ...['--importMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
    ...(shared ? ['--sharedMemory'] : []),
  ]
}

/** Readers see a whole file or none, whoever else is building. */
function writeWhole(name, contents) {
  const partial = join(output, `${name}.${process.pid}`)
  writeFileSync(partial, contents)
  renameSync(partial, join(output, name))
}

async function compile(build) {
  let binary = null
  const { error, stderr } = await asc.main(flagsOf(build), {
    writeFile: (_name, contents) => {
      binary = contents
    },
  })
  // Warnings are errors: what the compiler doubts does not ship.
  const said = stderr.toString()
  if (error || said !== '' || !binary) {
    process.stderr.write(said)
    throw error ?? new Error('The kernels were not compiled without a warning.')
  }
  writeWhole(`${build.name}.wasm`, binary)
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

/**
 * Compiles the kernels into out/kernels, unless they are there already. The same sources and compiler give the same
 * bytes.
 */
export default async function buildKernels() {
  const current = fingerprint()
  if (storedFingerprint() === current) return
  mkdirSync(output, { recursive: true })
  for (const build of builds) await compile(build)
  writeWhole('fingerprint', current)
}

if (process.argv[1] === import.meta.filename) await buildKernels()
