import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHttpBridge } from './httpBridge'

/** Stands for the server's end of the WebSocket. */
class FakeSocket extends EventTarget {
  static readonly opened: FakeSocket[] = []

  constructor(readonly address: string) {
    super()
    FakeSocket.opened.push(this)
  }

  receive(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}

const origin = 'http://127.0.0.1:4173'
const change = { name: 'project/changed', body: { directory: '/projects/a' } }

function answerWith(reply: unknown) {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(Response.json(reply)))
  vi.stubGlobal('fetch', fetched)
  return fetched
}

beforeEach(() => {
  FakeSocket.opened.length = 0
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.useFakeTimers()
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('requests over HTTP', () => {
  it('posts JSON to the path of the request and checks the answer', async () => {
    const fetched = answerWith({ ok: true, value: { path: '/data/counts.h5ad' } })
    const bridge = createHttpBridge(origin, () => undefined)
    await expect(bridge.invoke('files/choose', { purpose: 'counts', kind: 'file' })).resolves.toEqual({
      ok: true,
      value: { path: '/data/counts.h5ad' },
    })
    const [address, options] = fetched.mock.calls[0]
    expect(address).toEqual(new URL(`${origin}/api/files/choose`))
    expect(options).toMatchObject({ method: 'POST', body: '{"purpose":"counts","kind":"file"}' })
  })

  it('passes a problem on as data', async () => {
    const problem = { code: 'files/missing', message: 'It does not exist.', hint: 'Look for it.' }
    answerWith({ ok: false, problem })
    const bridge = createHttpBridge(origin, () => undefined)
    await expect(bridge.invoke('files/list', { directory: '/nowhere' })).resolves.toEqual({
      ok: false,
      problem,
    })
  })

  it('refuses an answer that does not fit the contract', async () => {
    answerWith({ ok: true, value: { path: 3 } })
    const bridge = createHttpBridge(origin, () => undefined)
    await expect(bridge.invoke('files/choose', { purpose: 'counts', kind: 'file' })).rejects.toThrow('path')
  })

  it('says that the app does not answer when the connection fails', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    const bridge = createHttpBridge(origin, () => undefined)
    await expect(bridge.invoke('tasks/list', {})).rejects.toMatchObject({ code: 'connection/lost' })
  })
})

describe('events over a WebSocket', () => {
  it('delivers to the listeners of the name only, until they end', () => {
    const heard = vi.fn()
    const other = vi.fn()
    const bridge = createHttpBridge(origin, () => undefined)
    const end = bridge.subscribe('project/changed', heard)
    bridge.subscribe('task/changed', other)
    expect(FakeSocket.opened).toHaveLength(1)
    expect(FakeSocket.opened[0].address).toBe('ws://127.0.0.1:4173/events')

    FakeSocket.opened[0].receive(change)
    FakeSocket.opened[0].receive({ name: 'unknown/event', body: {} })
    end()
    FakeSocket.opened[0].receive(change)
    expect(heard).toHaveBeenCalledExactlyOnceWith({ directory: '/projects/a' })
    expect(other).not.toHaveBeenCalled()
  })

  it('connects again after an interruption, waits longer each time, and says when it is back', () => {
    const back = vi.fn()
    const heard = vi.fn()
    const bridge = createHttpBridge(origin, back)
    bridge.subscribe('project/changed', heard)
    FakeSocket.opened[0].dispatchEvent(new Event('open'))
    expect(back).not.toHaveBeenCalled()

    FakeSocket.opened[0].dispatchEvent(new Event('close'))
    vi.advanceTimersByTime(500)
    expect(FakeSocket.opened).toHaveLength(2)
    FakeSocket.opened[1].dispatchEvent(new Event('close'))
    vi.advanceTimersByTime(999)
    expect(FakeSocket.opened).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.opened).toHaveLength(3)

    FakeSocket.opened[2].dispatchEvent(new Event('open'))
    expect(back).toHaveBeenCalledOnce()
    FakeSocket.opened[2].receive(change)
    expect(heard).toHaveBeenCalledOnce()
  })
})
