import { ShiftscopeError } from '@contract/errors'
import { expect, it } from 'vitest'
import { useAttempt } from './useAttempt'

it('says that something is being started, then why it was not, until the next attempt', async () => {
  const { starting, problem, attempt } = useAttempt()
  const refused = attempt(() =>
    Promise.reject(new ShiftscopeError({ code: 'run/busy', message: 'In use.', hint: 'Wait.' })),
  )
  expect(starting.value).toBe(true)
  await refused
  expect(starting.value).toBe(false)
  expect(problem.value).toMatchObject({ code: 'run/busy' })

  await attempt(() => Promise.resolve())
  expect(problem.value).toBeNull()
})
