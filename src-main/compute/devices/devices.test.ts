import { ShiftscopeError } from '@contract/errors'
import { describe, expect, test } from 'vitest'
import { startCpu } from '../graph/tfjsBackend'
import { startFastest, startWasm } from '../graph/wasmBackend'
import { cpuExecutor } from './cpuExecutor'
import { createDevices, ownDevices, startAll } from './devices'

describe('backends of tfjs', () => {
  test('plain JavaScript works everywhere', async () => {
    expect((await startCpu()).name).toBe('cpu')
  })

  test("WebAssembly does not take over the process's handling of uncaught errors", async () => {
    const counts = (): number[] => [
      process.listenerCount('uncaughtException'),
      process.listenerCount('unhandledRejection'),
    ]
    const before = counts()
    expect((await startWasm()).name).toBe('wasm')
    expect(counts()).toEqual(before)
  })

  test('without WebAssembly plain JavaScript is taken, with the reason', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('no memory for WebAssembly'))
    const backend = await startFastest(failing)
    expect(backend.name).toBe('cpu')
    expect(backend.detail).toMatch(/no memory for WebAssembly/)
    expect((await startFastest()).name).toBe('wasm')
  })
})

describe('the processor', () => {
  test('uses the threads it is given', async () => {
    expect((await cpuExecutor(1)).detail).toContain('one thread')
  })

  test('goes on with tfjs and says why when the kernels do not compile', async () => {
    const executor = await cpuExecutor(2, {
      fused: () => {
        throw new Error('invalid opcode 0xfd in function 7')
      },
      graph: () => cpuExecutor(1),
    })
    expect(executor.detail).toMatch(/could not be used: invalid opcode 0xfd in function 7$/)
  })
})

describe('devices', () => {
  test('of this machine: the processor can train; what cannot says why and what to do', async () => {
    const devices = (await startAll(ownDevices, null)).map(({ device }) => device)
    expect(devices.map(({ name }) => name)).toEqual(['cpu', 'webgpu', 'cuda'])
    expect(devices[0]).toMatchObject({
      usable: true,
      detail: expect.stringMatching(/WebAssembly/) as unknown,
    })
    for (const { usable, detail, hint } of devices) {
      expect(detail).not.toBe('')
      expect(hint === '').toBe(usable)
    }
  })

  test('are started once, until they are forgotten', async () => {
    let started = 0
    const devices = createDevices({
      cpu: cpuExecutor,
      webgpu: () => {
        started += 1
        return cpuExecutor(1)
      },
      cuda: () => Promise.reject(new Error('libcuda.so.1: cannot open shared object file')),
    })
    await startAll(devices, null)
    await startAll(devices, null)
    expect(started).toBe(1)
    devices.forget()
    expect((await devices.start('webgpu', null)).device.usable).toBe(true)
    expect(started).toBe(2)
    const { device } = await devices.start('cuda', null)
    expect(device).toMatchObject({
      usable: false,
      detail: expect.stringContaining('libcuda.so.1') as unknown,
      hint: expect.stringContaining('"cpu"') as unknown,
    })
  })

  test('say in their own words why they cannot be used', async () => {
    const problem = { code: 'device/unusable', message: 'There is no adapter.', hint: 'Update the driver.' }
    const devices = createDevices({
      cpu: cpuExecutor,
      webgpu: () => Promise.reject(new ShiftscopeError(problem)),
      cuda: () => cpuExecutor(1),
    })
    const { device } = await devices.start('webgpu', null)
    expect(device).toEqual({ name: 'webgpu', usable: false, detail: problem.message, hint: problem.hint })
  })
})
