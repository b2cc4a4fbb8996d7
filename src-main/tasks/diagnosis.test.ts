import { describe, expect, it } from 'vitest'
import { doctorReportSchema } from '@contract/device'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import { createDevices } from '../compute/devices/devices'
import type { Executor } from '../compute/executor'
import { diagnoseMachine, machineOf, type Machine } from './diagnosis'

const failing: Executor = {
  detail: 'a GPU that is full',
  open: () => {
    throw new Error('out of memory')
  },
}

function machine(changes: Partial<Machine> = {}, webgpu?: Executor): Machine {
  const devices = createDevices({
    cpu: cpuExecutor,
    webgpu: () => (webgpu ? Promise.resolve(webgpu) : Promise.reject(new Error('no adapter'))),
    cuda: () => Promise.reject(new Error('no card')),
  })
  return { ...machineOf(devices, 2), ...changes }
}

const parts = doctorReportSchema.pick({
  threads: true,
  builds: true,
  devices: true,
  measured: true,
  chosen: true,
})

describe('the diagnosis of a machine', () => {
  it('looks without measuring', async () => {
    const report = parts.parse(await diagnoseMachine(machine(), { measure: false }))
    expect(report.measured).toBeNull()
    expect(report.builds.map(({ name }) => name)).toEqual(['relaxed', 'plain'])
    expect(report.devices.map(({ usable }) => usable)).toEqual([true, false, false])
    expect(report.chosen).toEqual({ name: 'cpu', reason: 'It is the only usable device.' })
  })

  it('times every build with one thread and with all, and says what failed', async () => {
    const messages: string[] = []
    const report = await diagnoseMachine(machine({}, failing), {
      measure: true,
      onProgress: (_, message) => void messages.push(message),
    })
    const timings = parts.parse(report).measured?.timings ?? []
    const usable = report.builds.filter((build) => build.usable)
    expect(timings.filter(({ device }) => device === 'cpu')).toHaveLength(usable.length * 2)
    for (const { device, msPerStep } of timings) expect(msPerStep === null).toBe(device === 'webgpu')
    expect(timings.at(-1)).toMatchObject({ detail: 'a GPU that is full', problem: 'out of memory.' })
    expect(report.chosen.name).toBe('cpu')
    expect(messages).toContain('Timing a GPU that is full')
  })

  it('goes on where shared memory is refused and a build does not compile', async () => {
    const report = await diagnoseMachine(
      machine({
        sharedMemory: () => false,
        compile: (build) => {
          if (build === 'relaxed') throw new Error('invalid opcode.')
        },
      }),
      { measure: true },
    )
    expect(report.threads).toMatchObject({
      sharedMemory: false,
      detail: expect.stringMatching(/one thread/) as unknown,
    })
    expect(report.builds[0]).toMatchObject({
      usable: false,
      detail: 'It cannot be used here: invalid opcode.',
    })
    expect(report.measured?.timings.map(({ build, threads }) => [build, threads])).toEqual([['plain', 1]])
  })

  it('can be cancelled', async () => {
    const cancel = new AbortController()
    const diagnosing = diagnoseMachine(machine(), {
      measure: true,
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    })
    await expect(diagnosing).rejects.toMatchObject({ name: 'AbortError' })
  })
})
