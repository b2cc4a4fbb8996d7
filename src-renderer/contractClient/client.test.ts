import { ShiftscopeError } from '@contract/errors'
import { describe, expect, it } from 'vitest'
import { connectTo, request } from './client'
import { FakeBridge } from './fixtures/fakeBridge'

describe('request', () => {
  it('gives the value of a good reply', async () => {
    connectTo(new FakeBridge({ 'projects/recent': () => ({ projects: [] }) }))
    await expect(request('projects/recent', {})).resolves.toEqual({ projects: [] })
  })

  it('throws the problem of a failed reply, with where and hint', async () => {
    const problem = {
      code: 'projects/notAProject',
      message: 'The folder is not a project.',
      where: '/data',
      hint: 'Choose another.',
    }
    connectTo(
      new FakeBridge({
        'projects/open': () => {
          throw new ShiftscopeError(problem)
        },
      }),
    )
    const failure = await request('projects/open', { directory: '/data' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ShiftscopeError)
    expect(failure).toMatchObject(problem)
  })

  it('turns a broken transport into a problem, too', async () => {
    connectTo(new FakeBridge({}))
    await expect(request('app/diagnose', {})).rejects.toMatchObject({ code: 'internal/unexpected' })
  })
})
