import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { EventName } from '@contract/events'
import type { Application } from '../handlers/application'
import { largestBody } from './api'
import { startServer, type RunningServer } from './server'

type Listener = (name: EventName, body: unknown) => void

const asked: { name: string; body: unknown }[] = []
const listeners = new Set<Listener>()
const application: Application = {
  answer: (name, body) => {
    asked.push({ name, body })
    if (name === 'settings/read') return Promise.reject(new Error('a defect'))
    return Promise.resolve({
      ok: true,
      value: { version: '0.1.0', face: 'serve', nativeDialogs: false, platform: 'linux' },
    })
  },
  subscribe: (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  close: () => Promise.resolve(),
}

let folder: string
let server: RunningServer
let origin: string
let token: string

beforeEach(async () => {
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-serve-'))
  const renderer = join(folder, 'renderer')
  await mkdir(join(renderer, 'assets'), { recursive: true })
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Shiftscope</title>')
  await writeFile(join(renderer, 'assets', 'main-abc.js'), 'export {}')
  await writeFile(join(renderer, 'notes.txt'), 'not part of the renderer')
  await writeFile(join(folder, 'secret.json'), '{}')
  await symlink(join(folder, 'secret.json'), join(renderer, 'link.json'))
  server = await startServer({ application, port: 0, rendererDirectory: renderer })
  const address = new URL(server.address)
  origin = address.origin
  token = address.searchParams.get('token') ?? ''
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Sends exactly these headers and this path; fetch would tidy both. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ method, hostname, port, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function cookie(): Promise<string> {
  const { headers } = await send('GET', `/?token=${token}`)
  return headers['set-cookie']?.[0].split(';')[0] ?? ''
}

async function fromOwnPage(): Promise<Record<string, string>> {
  return { cookie: await cookie(), origin, 'content-type': 'application/json' }
}

function codeOf(answer: Answer): unknown {
  const reply: unknown = JSON.parse(answer.text)
  return (reply as { problem?: { code?: unknown } }).problem?.code
}

const describeApp = '/api/app/describe'

describe('the printed address', () => {
  it('is on loopback and has a token of 256 bits', () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
  })

  it('exchanges the token for a strict cookie that no script can read', async () => {
    const answer = await send('GET', `/?token=${token}`)
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^shiftscope-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers['set-cookie']?.[0]).not.toContain(token)
    expect(answer.text).toContain('url=/"')
  })

  it('stays good for a reload and for a second tab', async () => {
    const headers = { cookie: await cookie() }
    expect((await send('GET', '/', headers)).text).toContain('<title>Shiftscope</title>')
    expect((await send('GET', '/', headers)).status).toBe(200)
  })
})

describe('pages', () => {
  it.each([
    ['no token', '/'],
    ['a wrong token', '/?token=wrong'],
    ['an empty token', '/?token='],
    ['a file without a session', '/assets/main-abc.js'],
  ])('refuses %s with a page that says what to do', async (_, path) => {
    const answer = await send('GET', path)
    expect(answer.status).toBe(401)
    expect(answer.text).toContain('shiftscope serve')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('sends the policy and the security headers', async () => {
    const { headers } = await send('GET', '/', { cookie: await cookie() })
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://${new URL(origin).host}`)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toBe('no-store')
  })

  it('lets the browser keep hashed files', async () => {
    const answer = await send('GET', '/assets/main-abc.js', { cookie: await cookie() })
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(answer.headers['cache-control']).toContain('immutable')
  })

  it.each([
    ['a parent folder', '/../secret.json'],
    ['an encoded parent folder', '/%2e%2e/secret.json'],
    ['an encoded separator', '/..%2fsecret.json'],
    ['a backslash', '/..%5csecret.json'],
    ['a link out of the folder', '/link.json'],
    ['a null byte', '/index.html%00.js'],
    ['a broken escape', '/%zz.js'],
    ['a type that the renderer has not', '/notes.txt'],
    ['a folder', '/assets'],
    ['a missing file', '/missing.js'],
  ])('does not follow %s', async (_, path) => {
    const answer = await send('GET', path, { cookie: await cookie() })
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('no such page')
  })

  it('refuses other methods', async () => {
    const answer = await send('DELETE', '/', { cookie: await cookie() })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
  })
})

describe('hosts and origins', () => {
  it.each([
    'shiftscope.example',
    '127.0.0.1.example',
    '192.168.0.7',
    'localhost.example:80',
    '127.0.0.1@example',
  ])('refuses the host %s even with the token', async (host) => {
    const answer = await send('GET', `/?token=${token}`, { host })
    expect(answer.status).toBe(403)
    expect(codeOf(answer)).toBe('serve/foreignHost')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each(['localhost:9999', '127.0.0.1:22', '[::1]:8080'])(
    'accepts %s, as behind a tunnel',
    async (host) => {
      const headers = { ...(await fromOwnPage()), host, origin: `http://${host}` }
      expect((await send('POST', describeApp, headers, '{}')).status).toBe(200)
    },
  )

  it.each(['https://shiftscope.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses the origin %s even with the cookie',
    async (foreign) => {
      const headers = { ...(await fromOwnPage()), origin: foreign }
      const answer = await send('POST', describeApp, headers, '{}')
      expect(answer.status).toBe(403)
      expect(codeOf(answer)).toBe('serve/foreignOrigin')
      expect(asked).toEqual([])
    },
  )
})

describe('requests', () => {
  it('reach the application and bring back its reply', async () => {
    const answer = await send('POST', describeApp, await fromOwnPage(), '{"a":1}')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ ok: true, value: { face: 'serve' } })
    expect(asked).toEqual([{ name: 'app/describe', body: { a: 1 } }])
  })

  it('pass with the token in the header, for programs', async () => {
    const headers = { 'x-shiftscope-token': token, 'content-type': 'application/json; charset=utf-8' }
    expect((await send('POST', describeApp, headers, '{}')).status).toBe(200)
  })

  it.each([
    ['nothing', {}],
    ['a wrong token', { 'x-shiftscope-token': 'wrong' }],
    ['an empty token', { 'x-shiftscope-token': '' }],
    ['a wrong cookie', { cookie: 'shiftscope-1=wrong', origin: 'own' }],
  ])('are refused with %s', async (_, given: Record<string, string>) => {
    const headers = { 'content-type': 'application/json', ...given, ...(given.origin ? { origin } : {}) }
    const answer = await send('POST', describeApp, headers, '{}')
    expect(answer.status).toBe(401)
    expect(codeOf(answer)).toBe('serve/noSession')
    expect(asked).toEqual([])
  })

  it('are refused with the cookie but without an origin', async () => {
    const headers = { cookie: await cookie(), 'content-type': 'application/json' }
    expect((await send('POST', describeApp, headers, '{}')).status).toBe(401)
  })

  it.each([
    ['an unknown name', 'POST', '/api/app/destroy', {}, '{}', 404, 'serve/unknownRequest'],
    ['a name of the prototype', 'POST', '/api/constructor', {}, '{}', 404, 'serve/unknownRequest'],
    ['another method', 'GET', describeApp, {}, undefined, 405, 'serve/wrongMethod'],
    ['a form', 'POST', describeApp, { 'content-type': 'text/plain' }, '{}', 415, 'serve/notJson'],
    ['broken JSON', 'POST', describeApp, {}, '{"a":', 400, 'serve/brokenJson'],
    ['an empty body', 'POST', describeApp, {}, '', 400, 'serve/brokenJson'],
  ])('are refused with %s', async (_, method, path, headers, body, status, code) => {
    const answer = await send(method, path, { ...(await fromOwnPage()), ...headers }, body)
    expect(answer.status).toBe(status)
    expect(codeOf(answer)).toBe(code)
    expect(asked).toEqual([])
  })

  it('are refused when the announced body is too large', async () => {
    const headers = { ...(await fromOwnPage()), 'content-length': String(largestBody + 1) }
    const answer = await send('POST', describeApp, headers, ' ')
    expect(answer.status).toBe(413)
    expect(codeOf(answer)).toBe('serve/tooLarge')
  })

  it('are refused when the body grows too large on the way', async () => {
    const headers = { ...(await fromOwnPage()), 'transfer-encoding': 'chunked' }
    // The server answers and hangs up while the client is still sending; the client may see either.
    const outcome = await send('POST', describeApp, headers, ' '.repeat(largestBody + 1)).then(
      codeOf,
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
    expect(['serve/tooLarge', 'ECONNRESET', 'EPIPE']).toContain(outcome)
    expect(asked).toEqual([])
  })

  it('answer a defect as a problem', async () => {
    const answer = await send('POST', '/api/settings/read', await fromOwnPage(), '{}')
    expect(answer.status).toBe(200)
    expect(codeOf(answer)).toBe('internal/unexpected')
  })
})

describe('events', () => {
  function open(headers: Record<string, string>, path = '/events'): WebSocket {
    return new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers })
  }

  function outcome(socket: WebSocket): Promise<string> {
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'))
      socket.on('error', (error) => resolve(error.message))
    })
  }

  it('reach every window', async () => {
    const socket = open({ cookie: await cookie(), origin })
    expect(await outcome(socket)).toBe('open')
    const received = new Promise((resolve) =>
      socket.on('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    )
    for (const listener of listeners) listener('project/changed', { directory: '/screens/one' })
    expect(await received).toEqual({ name: 'project/changed', body: { directory: '/screens/one' } })
    socket.terminate()
  })

  it.each([
    ['no session', () => Promise.resolve({}), '/events', '401'],
    [
      'a foreign origin',
      async () => ({ cookie: await cookie(), origin: 'http://a.example' }),
      '/events',
      '403',
    ],
    [
      'a foreign host',
      () => Promise.resolve({ host: 'a.example', 'x-shiftscope-token': token }),
      '/events',
      '403',
    ],
    ['a cookie without origin', async () => ({ cookie: await cookie() }), '/events', '401'],
    ['another path', async () => ({ cookie: await cookie(), origin }), '/elsewhere', '404'],
  ])('are refused with %s', async (_, headers, path, status) => {
    expect(await outcome(open(await headers(), path))).toBe(`Unexpected server response: ${status}`)
  })

  it('end with the server, and so does the port', async () => {
    const socket = open({ cookie: await cookie(), origin })
    await outcome(socket)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await server.close()
    await closed
    expect(listeners.size).toBe(0)
    const refused = await new Promise((resolve) => {
      connect(Number(new URL(origin).port), '127.0.0.1').on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code),
      )
    })
    expect(refused).toBe('ECONNREFUSED')
    server = await startServer({ application, port: 0, rendererDirectory: folder })
  })
})

describe('starting', () => {
  it('says what to do when the port is in use', async () => {
    const port = Number(new URL(origin).port)
    const second = startServer({ application, port, rendererDirectory: folder })
    await expect(second).rejects.toMatchObject({
      code: 'serve/portInUse',
      where: `port ${port}`,
      hint: expect.stringContaining('--port') as string,
    })
  })

  it('refuses to be reachable from other machines', async () => {
    const open = startServer({ application, port: 0, rendererDirectory: folder, host: '0.0.0.0' })
    await expect(open).rejects.toMatchObject({ code: 'serve/notLoopback' })
  })
})
