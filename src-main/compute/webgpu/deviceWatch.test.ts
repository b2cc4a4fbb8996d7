import { expect, test } from 'vitest'
import { watchDevice, type WatchedDevice } from './deviceWatch'

/** A device that fails when told to. */
function failingDevice(): WatchedDevice & {
  lose: (message: string) => void
  refuse: (error: Error) => void
} {
  const listeners: ((event: { error: Error }) => void)[] = []
  let lose: (info: { reason: string; message: string }) => void = () => undefined
  return {
    lost: new Promise((resolve) => (lose = resolve)),
    addEventListener: (_type, listener) => void listeners.push(listener),
    lose: (message) => lose({ reason: 'unknown', message }),
    refuse: (error) => listeners.forEach((listener) => listener({ error })),
  }
}

test('a device that works gives what was asked', async () => {
  const watch = watchDevice(failingDevice())
  expect(await watch.whileWorking(Promise.resolve(3))).toBe(3)
})

test('a lost device is the reason of the request that fails with it', async () => {
  const device = failingDevice()
  const watch = watchDevice(device)
  const asked = watch.whileWorking(Promise.reject(new Error('mapAsync failed')))
  device.lose('driver reset')
  await expect(asked).rejects.toMatchObject({ code: 'device/lost', details: 'unknown: driver reset' })
  expect(() => watch.requireWorking()).toThrow(expect.objectContaining({ code: 'device/lost' }))
})

test('an error of the device makes its results worthless', async () => {
  const outOfMemory = failingDevice()
  const watch = watchDevice(outOfMemory)
  outOfMemory.refuse(new Error('Out of memory: allocating 4 GiB'))
  await expect(watch.whileWorking(Promise.resolve(3))).rejects.toMatchObject({ code: 'device/outOfMemory' })
  const refusing = failingDevice()
  const other = watchDevice(refusing)
  refusing.refuse(new Error('Binding size is too large'))
  await expect(other.whileWorking(Promise.resolve(3))).rejects.toMatchObject({
    code: 'device/failed',
    details: 'Binding size is too large',
  })
})

test('a request that fails by itself keeps its own error', async () => {
  const watch = watchDevice(failingDevice(), 1)
  await expect(watch.whileWorking(Promise.reject(new Error('no such tensor')))).rejects.toThrow(
    'no such tensor',
  )
})
