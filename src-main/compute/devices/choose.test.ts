import { describe, expect, test } from 'vitest'
import type { Executor } from '../executor'
import { graphExecutor } from '../graph/graphExecutor'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import { startCpu } from '../graph/tfjsBackend'
import { alteredExecutor } from './alteredExecutor'
import { chooseDevice, type DeviceChoice, type DeviceTiming, type TimingMemory } from './choose'
import { createDevices, type Devices } from './devices'

const processor = await graphExecutor(startCpu)

/** A device whose steps take so long; it counts them. */
function slow(detail: string, milliseconds: number): { executor: Executor; steps: () => number } {
  let steps = 0
  const executor = alteredExecutor(processor, (session) => ({
    step: async (...call) => {
      steps += 1
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      return session.step(...call)
    },
  }))
  return { executor: { ...executor, detail }, steps: () => steps }
}

function failing(detail: string): Executor {
  const lost = () => Promise.reject(new Error('lost'))
  return { ...alteredExecutor(processor, () => ({ step: lost })), detail }
}

function devicesOf(webgpu?: Executor, cuda?: Executor, cpu = processor): Devices & { asked: string[] } {
  const asked: string[] = []
  const give = (name: string, executor: Executor | undefined) => {
    asked.push(name)
    return executor ? Promise.resolve(executor) : Promise.reject(new Error(`no ${name} here`))
  }
  const devices = createDevices({
    cpu: () => give('cpu', cpu),
    webgpu: () => give('webgpu', webgpu),
    cuda: () => give('cuda', cuda),
  })
  return { ...devices, asked }
}

function memoryOf(known: readonly DeviceTiming[] | null = null): TimingMemory & { kept: DeviceTiming[][] } {
  const kept: DeviceTiming[][] = []
  return {
    kept,
    recall: () => Promise.resolve(known),
    keep: (_shape, timings) => {
      kept.push([...timings])
      return Promise.resolve()
    },
  }
}

const choice: DeviceChoice = {
  device: 'auto',
  threads: null,
  begunOn: null,
  work: {
    shape: 'tiny',
    operations: 1e15,
    step: () => ({ model: selfTestModel, state: selfTestState(), batches: [selfTestBatch()] }),
  },
}

describe('auto', () => {
  test('takes the fastest of several, shows why, and remembers', async () => {
    const gpu = slow('a GPU', 200)
    const memory = memoryOf()
    const messages: string[] = []
    const chosen = await chooseDevice(devicesOf(gpu.executor), choice, memory, {
      onProgress: (_, message) => void messages.push(message),
    })
    expect(chosen.name).toBe('cpu')
    expect(chosen.reason).toMatch(/^It is the fastest here \(cpu: [\d.]+ ms per step, webgpu: \d{3,} ms\)\.$/)
    expect(chosen.notices).toEqual([])
    expect(messages).toEqual(['Timing a few steps on cpu', 'Timing a few steps on webgpu'])
    expect(memory.kept).toHaveLength(1)
    expect(memory.kept[0].map(({ device, detail }) => [device, detail])).toEqual([
      ['cpu', processor.detail],
      ['webgpu', 'a GPU'],
    ])
    const other = await chooseDevice(
      devicesOf(processor, undefined, slow('a slow one', 200).executor),
      choice,
      memoryOf(),
    )
    expect(other.name).toBe('webgpu')
  })

  test('measures nothing where it remembers these devices, and again where one has changed', async () => {
    const gpu = slow('a GPU', 1)
    const remembered = [
      { device: 'webgpu', detail: 'a GPU', msPerStep: 2.5 },
      { device: 'cpu', detail: processor.detail, msPerStep: 40 },
    ] as const
    const memory = memoryOf(remembered)
    const chosen = await chooseDevice(devicesOf(gpu.executor), choice, memory)
    expect(chosen).toMatchObject({
      name: 'webgpu',
      reason: 'It is the fastest here (webgpu: 2.5 ms per step, cpu: 40 ms, measured before).',
    })
    expect(gpu.steps()).toBe(0)
    expect(memory.kept).toEqual([])
    const changed = slow('a GPU with a new driver', 1)
    await chooseDevice(devicesOf(changed.executor), choice, memory)
    expect(changed.steps()).toBeGreaterThan(0)
    expect(memory.kept).toHaveLength(1)
  })

  test('measures nothing where one device can be used', async () => {
    const only = slow('a processor', 1)
    const chosen = await chooseDevice(devicesOf(undefined, undefined, only.executor), choice, memoryOf())
    expect(chosen).toMatchObject({ name: 'cpu', reason: 'It is the only usable device.' })
    expect(only.steps()).toBe(0)
  })

  test('does not look for a GPU for a short run', async () => {
    const devices = devicesOf(processor)
    const work = { ...choice.work, operations: 1e9 }
    expect((await chooseDevice(devices, { ...choice, work }, memoryOf())).name).toBe('cpu')
    expect([...new Set(devices.asked)]).toEqual(['cpu'])
  })

  test('leaves out a device that fails while it is measured', async () => {
    const chosen = await chooseDevice(devicesOf(failing('a GPU')), choice, memoryOf())
    expect(chosen.name).toBe('cpu')
    expect(chosen.reason).not.toContain('webgpu')
  })

  test('can be cancelled while it measures', async () => {
    const cancel = new AbortController()
    const choosing = chooseDevice(devicesOf(slow('a GPU', 5).executor), choice, memoryOf(), {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    })
    await expect(choosing).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a device that is asked for', () => {
  test('is taken, whatever is faster', async () => {
    const gpu = slow('a GPU', 1)
    const chosen = await chooseDevice(devicesOf(gpu.executor), { ...choice, device: 'webgpu' }, memoryOf())
    expect(chosen).toMatchObject({ name: 'webgpu', reason: 'The settings name this device.', notices: [] })
    expect(gpu.steps()).toBe(0)
  })

  test('and cannot be used is replaced by the processor, with the reason in a notice', async () => {
    const chosen = await chooseDevice(devicesOf(), { ...choice, device: 'cuda' }, memoryOf())
    expect(chosen.name).toBe('cpu')
    expect(chosen.notices).toEqual([expect.stringMatching(/"cuda" cannot be used.*no cuda here/)])
  })

  test('gives way to the device that the run began on', async () => {
    const devices = devicesOf(processor)
    expect((await chooseDevice(devices, { ...choice, begunOn: 'webgpu' }, memoryOf())).name).toBe('webgpu')
    const gone = await chooseDevice(devicesOf(), { ...choice, begunOn: 'webgpu' }, memoryOf())
    expect(gone.name).toBe('cpu')
    expect(gone.notices).toHaveLength(1)
  })

  test('takes more threads than cores, and says what that costs', async () => {
    const choose = (threads: number) =>
      chooseDevice(devicesOf(), { ...choice, device: 'cpu', threads }, memoryOf(), {}, 4)
    expect((await choose(4)).notices).toEqual([])
    expect((await choose(6)).notices).toEqual([expect.stringMatching(/6 threads.*4 cores/)])
  })
})

test('without even a processor there is a problem that says what to do', async () => {
  const none = createDevices({
    cpu: () => Promise.reject(new Error('no WebAssembly')),
    webgpu: () => Promise.reject(new Error('none')),
    cuda: () => Promise.reject(new Error('none')),
  })
  await expect(chooseDevice(none, choice, memoryOf())).rejects.toMatchObject({
    code: 'device/unusable',
    message: expect.stringContaining('no WebAssembly') as unknown,
  })
})
