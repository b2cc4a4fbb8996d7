import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ServedApplication } from './servedApplication'

const served = new ServedApplication()

describe('events', () => {
  function open(headers: Record<string, string>, path = '/events'): WebSocket {
    return new WebSocket(`${served.origin.replace('http', 'ws')}${path}`, { headers })
  }

  function outcome(socket: WebSocket): Promise<string> {
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'))
      socket.on('error', (error) => resolve(error.message))
    })
  }

  it('reach every window', async () => {
    const socket = open({ cookie: await served.cookie(), origin: served.origin })
    expect(await outcome(socket)).toBe('open')
    const received = new Promise((resolve) =>
      socket.on('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    )
    for (const listener of served.listeners) listener('project/changed', { directory: '/screens/one' })
    expect(await received).toEqual({ name: 'project/changed', body: { directory: '/screens/one' } })
    socket.terminate()
  })

  it.each([
    ['no session', () => Promise.resolve({}), '/events', '401'],
    [
      'a foreign origin',
      async () => ({ cookie: await served.cookie(), origin: 'http://a.example' }),
      '/events',
      '403',
    ],
    [
      'a foreign host',
      () => Promise.resolve({ host: 'a.example', 'x-shiftscope-token': served.token }),
      '/events',
      '403',
    ],
    ['a cookie without origin', async () => ({ cookie: await served.cookie() }), '/events', '401'],
    [
      'another path',
      async () => ({ cookie: await served.cookie(), origin: served.origin }),
      '/elsewhere',
      '404',
    ],
  ])('are refused with %s', async (_, headers, path, status) => {
    expect(await outcome(open(await headers(), path))).toBe(`Unexpected server response: ${status}`)
  })

  it('end with the server, and so does the port', async () => {
    const socket = open({ cookie: await served.cookie(), origin: served.origin })
    await outcome(socket)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const { origin } = served
    await served.close()
    await closed
    expect(served.listeners.size).toBe(0)
    const refused = await new Promise((resolve) => {
      connect(Number(new URL(origin).port), '127.0.0.1').on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code),
      )
    })
    expect(refused).toBe('ECONNREFUSED')
  })
})
