import { ShiftscopeError } from '@contract/errors'
import { measurementCancelled } from '@contract/measurement'
import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { connectTo } from '../contractClient/client'
import { FakeBridge } from '../contractClient/fixtures/fakeBridge'
import { useMeasurement } from './useMeasurement'

/** A main side that times until it is told to stop. */
function measuringBridge() {
  const stops = new Map<string, () => void>()
  const ask = (measurement: string) =>
    new Promise<never>((_, reject) => {
      const message = 'The measurement was cancelled.'
      stops.set(measurement, () =>
        reject(new ShiftscopeError({ code: measurementCancelled, message, hint: 'Again.' })),
      )
    })
  const bridge = new FakeBridge({
    'measurements/cancel': ({ measurement }) => {
      stops.get(measurement)?.()
      return {}
    },
  })
  connectTo(bridge)
  return { bridge, ask, names: () => [...stops.keys()] }
}

function inScope() {
  const scope = effectScope()
  const measurement = scope.run(useMeasurement)
  if (!measurement) throw new Error('The scope is active.')
  return { ...measurement, scope }
}

describe('a measurement', () => {
  it('hears of itself only, and forgets it at the end', async () => {
    const { bridge } = measuringBridge()
    const { measure, progress } = inScope()
    let finish: (answer: number) => void = () => {}
    let name = ''
    const answer = measure((measurement) => {
      name = measurement
      return new Promise<number>((resolve) => (finish = resolve))
    })
    const told = { fraction: 0.5, message: 'Timing', secondsLeft: null }
    bridge.send('measurement/changed', { ...told, measurement: 'another' })
    expect(progress.value).toBeNull()
    bridge.send('measurement/changed', { ...told, measurement: name })
    expect(progress.value?.fraction).toBe(0.5)
    finish(7)
    expect(await answer).toBe(7)
    expect(progress.value).toBeNull()
  })

  it('gives null once it is cancelled', async () => {
    const { bridge, ask } = measuringBridge()
    const { measure, cancel } = inScope()
    const answer = measure(ask)
    cancel()
    expect(await answer).toBeNull()
    expect(bridge.namesAsked()).toEqual(['measurements/cancel'])
  })

  it('ends with its page, and where another takes its place', async () => {
    const { ask, names } = measuringBridge()
    const { measure, scope } = inScope()
    const first = measure(ask)
    const second = measure(ask)
    expect(await first).toBeNull()
    expect(names()).toHaveLength(2)
    scope.stop()
    expect(await second).toBeNull()
  })

  it('passes on why it failed', async () => {
    measuringBridge()
    const { measure } = inScope()
    const failing = vi.fn(() => Promise.reject(new Error('no')))
    await expect(measure(failing)).rejects.toThrow('no')
  })
})
