import { ShiftscopeError } from '@contract/errors'
import { expect, test } from 'vitest'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { fallbackOf } from './deviceFallback'

const threadFailed = new ShiftscopeError({
  code: 'engine/threadFailed',
  message: 'It failed.',
  hint: 'Resume.',
})
const outOfMemory = new ShiftscopeError({
  code: 'engine/outOfMemory',
  message: 'Too little.',
  hint: 'Close.',
})

test('one thread takes over from several of which one failed, and from no other failure', async () => {
  const fallback = fallbackOf({ name: 'cpu', executor: fusedExecutor({ threads: 2 }) }, { threads: 2 })
  expect(fallback?.covers(threadFailed)).toBe(true)
  expect(fallback?.covers(outOfMemory)).toBe(false)
  expect(fallback?.covers(new Error('It gave the loss NaN'))).toBe(false)
  expect((await fallback?.start())?.threads).toBe(1)
  expect(fallback?.told('A thread failed')).toEqual({
    failed: 'A thread failed.',
    instead: 'with one thread',
  })
})

test('one thread has nothing to give way to', () => {
  expect(fallbackOf({ name: 'cpu', executor: fusedExecutor({ threads: 1 }) }, { threads: 1 })).toBeUndefined()
})

test('the processor takes over from a GPU, with the threads of the run', async () => {
  const executor = { ...fusedExecutor({ threads: 1 }), threads: undefined, detail: 'a GPU' }
  const fallback = fallbackOf({ name: 'webgpu', executor }, { threads: 2 })
  expect(fallback?.covers(outOfMemory)).toBe(true)
  expect((await fallback?.start())?.threads).toBe(2)
})
