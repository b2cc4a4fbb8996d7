import { afterEach, describe, expect, test, vi } from 'vitest'
import { chooseDevice, listDevices } from './devices'
import { startCpu } from './graph/tfjsBackend'
import { startFastest, startWasm } from './graph/wasmBackend'

afterEach(() => vi.restoreAllMocks())

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

describe('devices', () => {
  test('the processor can train; what cannot says why and what to do', async () => {
    const devices = await listDevices()
    expect(devices.map(({ name, usable }) => [name, usable])).toEqual([
      ['cpu', true],
      ['webgpu', false],
      ['cuda', false],
    ])
    expect(devices[0].detail).toMatch(/WebAssembly/)
    for (const { usable, detail, hint } of devices) {
      expect(detail).not.toBe('')
      expect(hint === '').toBe(usable)
    }
  })

  test.each(['auto', 'cpu'] as const)('%s takes the processor', async (wanted) => {
    const { device, reason } = await chooseDevice({ device: wanted, threads: null })
    expect(device.name).toBe('cpu')
    expect(reason).not.toBe('')
  })

  test('the processor uses the threads it is given', async () => {
    const { executor } = await chooseDevice({ device: 'cpu', threads: 1 })
    expect(executor.detail).toContain('one thread')
  })

  test.each(['webgpu', 'cuda'] as const)('%s is refused with the reason and the remedy', async (wanted) => {
    await expect(chooseDevice({ device: wanted, threads: null })).rejects.toMatchObject({
      code: 'device/unusable',
      message: expect.stringContaining(wanted) as unknown,
      hint: expect.stringContaining('auto') as unknown,
    })
  })
})
