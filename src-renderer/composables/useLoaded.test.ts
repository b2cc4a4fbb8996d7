import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import type { Loaded } from './useLoaded'
import { useLoaded } from './useLoaded'

function inScope<Value>(make: () => Loaded<Value>): { loaded: Loaded<Value>; stop: () => void } {
  const scope = effectScope()
  const loaded = scope.run(make)
  if (!loaded) throw new Error('The scope gave nothing.')
  return { loaded, stop: () => scope.stop() }
}

it('drops an answer that was overtaken by a newer question', async () => {
  const question = shallowRef('slow')
  const answers = new Map<string, (answer: string) => void>()
  const { loaded, stop } = inScope(() =>
    useLoaded(
      () =>
        new Promise<string>((resolve) => {
          answers.set(question.value, resolve)
        }),
      [question],
    ),
  )
  question.value = 'quick'
  await nextTick()
  answers.get('quick')?.('quick answer')
  await flushPromises()
  answers.get('slow')?.('slow answer')
  await flushPromises()
  expect(loaded.value.value).toBe('quick answer')
  expect(loaded.loading.value).toBe(false)
  stop()
})

it('keeps the last answer beside the problem of a newer question, and recovers', async () => {
  let fails = false
  const { loaded, stop } = inScope(() =>
    useLoaded(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve('answer'))),
  )
  await flushPromises()
  fails = true
  await loaded.reload()
  expect(loaded.problem.value?.code).toBe('internal/unexpected')
  expect(loaded.value.value).toBe('answer')
  fails = false
  await loaded.reload()
  expect(loaded.problem.value).toBeNull()
  stop()
})
