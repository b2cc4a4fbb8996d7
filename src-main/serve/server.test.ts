import { describe, expect, it } from 'vitest'
import { codeOf, describeApp, ServedApplication } from './servedApplication'
import { startServer } from './server'

const served = new ServedApplication()

describe('the printed address', () => {
  it('is on loopback and has a token of 256 bits', () => {
    expect(served.server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
  })

  it('exchanges the token for a strict cookie that no script can read', async () => {
    const answer = await served.send('GET', `/?token=${served.token}`)
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^shiftscope-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers['set-cookie']?.[0]).not.toContain(served.token)
    expect(answer.text).toContain('url=/"')
  })

  it('stays good for a reload and for a second tab', async () => {
    const headers = { cookie: await served.cookie() }
    expect((await served.send('GET', '/', headers)).text).toContain('<title>Shiftscope</title>')
    expect((await served.send('GET', '/', headers)).status).toBe(200)
  })
})

describe('pages', () => {
  it.each([
    ['no token', '/'],
    ['a wrong token', '/?token=wrong'],
    ['an empty token', '/?token='],
    ['a file without a session', '/assets/main-abc.js'],
  ])('refuses %s with a page that says what to do', async (_, path) => {
    const answer = await served.send('GET', path)
    expect(answer.status).toBe(401)
    expect(answer.text).toContain('shiftscope serve')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('sends the policy and the security headers', async () => {
    const { headers } = await served.send('GET', '/', { cookie: await served.cookie() })
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(headers['content-security-policy']).toContain(
      `connect-src 'self' ws://${new URL(served.origin).host}`,
    )
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toBe('no-store')
  })

  it('lets the browser keep hashed files', async () => {
    const answer = await served.send('GET', '/assets/main-abc.js', { cookie: await served.cookie() })
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
    const answer = await served.send('GET', path, { cookie: await served.cookie() })
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('no such page')
  })

  it('refuses other methods', async () => {
    const answer = await served.send('DELETE', '/', { cookie: await served.cookie() })
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
    const answer = await served.send('GET', `/?token=${served.token}`, { host })
    expect(answer.status).toBe(403)
    expect(codeOf(answer)).toBe('serve/foreignHost')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each(['localhost:9999', '127.0.0.1:22', '[::1]:8080'])(
    'accepts %s, as behind a tunnel',
    async (host) => {
      const headers = { ...(await served.fromOwnPage()), host, origin: `http://${host}` }
      expect((await served.send('POST', describeApp, headers, '{}')).status).toBe(200)
    },
  )

  it.each(['https://shiftscope.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses the origin %s even with the cookie',
    async (foreign) => {
      const headers = { ...(await served.fromOwnPage()), origin: foreign }
      const answer = await served.send('POST', describeApp, headers, '{}')
      expect(answer.status).toBe(403)
      expect(codeOf(answer)).toBe('serve/foreignOrigin')
      expect(served.asked).toEqual([])
    },
  )
})

describe('starting', () => {
  it('says what to do when the port is in use', async () => {
    const port = Number(new URL(served.origin).port)
    const second = startServer({ application: served.application, port, rendererDirectory: served.folder })
    await expect(second).rejects.toMatchObject({
      code: 'serve/portInUse',
      where: `port ${port}`,
      hint: expect.stringContaining('--port') as string,
    })
  })

  it('refuses to be reachable from other machines', async () => {
    const open = startServer({
      application: served.application,
      port: 0,
      rendererDirectory: served.folder,
      host: '0.0.0.0',
    })
    await expect(open).rejects.toMatchObject({ code: 'serve/notLoopback' })
  })
})
