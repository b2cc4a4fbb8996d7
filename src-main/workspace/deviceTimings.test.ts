import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDeviceTimings } from './deviceTimings'

const place = { machine: 'a processor, 4 cores', versions: { node: '24.1.0', webgpu: '0.6.2' } }
const timings = [
  { device: 'cpu', detail: 'kernels, 2 threads', msPerStep: 7.1 },
  { device: 'webgpu', detail: 'an adapter', msPerStep: 31 },
] as const

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  file = join(folder, 'device-timings.json')
})
afterEach(() => rm(folder, { recursive: true }))

describe('times of devices', () => {
  it('are remembered for the machine, the versions and the shape', async () => {
    await openDeviceTimings(folder, place).keep('small', timings)
    await openDeviceTimings(folder, place).keep('large', [timings[1]])
    expect(await openDeviceTimings(folder, place).recall('small')).toEqual(timings)
    expect(await openDeviceTimings(folder, place).recall('large')).toEqual([timings[1]])
    expect(await openDeviceTimings(folder, place).recall('huge')).toBeNull()
    const otherMachine = { ...place, machine: 'another' }
    expect(await openDeviceTimings(folder, otherMachine).recall('small')).toBeNull()
    const otherVersions = { ...place, versions: { ...place.versions, webgpu: '0.7.0' } }
    expect(await openDeviceTimings(folder, otherVersions).recall('small')).toBeNull()
    expect(await readdir(folder)).toEqual(['device-timings.json'])
  })

  it('are replaced when measured anew', async () => {
    const memory = openDeviceTimings(folder, place)
    await memory.keep('small', timings)
    await memory.keep('small', [timings[0]])
    expect(await memory.recall('small')).toEqual([timings[0]])
  })

  it.each(['', '{', '{"version":2,"entries":[]}', '{"version":1,"entries":[{"shape":"small"}]}'])(
    'are measured anew where the file holds: %s',
    async (content) => {
      const memory = openDeviceTimings(folder, place)
      await writeFile(file, content)
      expect(await memory.recall('small')).toBeNull()
      await memory.keep('small', timings)
      expect(await memory.recall('small')).toEqual(timings)
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1 })
    },
  )

  it('cost no more than measuring again where the folder cannot be written', async () => {
    await writeFile(join(folder, 'taken'), '')
    const memory = openDeviceTimings(join(folder, 'taken'), place)
    await memory.keep('small', timings)
    expect(await memory.recall('small')).toBeNull()
  })
})
