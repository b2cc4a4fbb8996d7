import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { EventName } from '@contract/events'
import type { Application } from '../handlers/application'
import { startServer, type RunningServer } from './server'

type Listener = (name: EventName, body: unknown) => void

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Code of the problem that an answer tells. */
export function codeOf(answer: Answer): unknown {
  const reply: unknown = JSON.parse(answer.text)
  return (reply as { problem?: { code?: unknown } }).problem?.code
}

export const describeApp = '/api/app/describe'

/** A server with a small renderer and an application that notes what it is asked, new for each test of a file. */
export class ServedApplication {
  /** What the application was asked. */
  readonly asked: { name: string; body: unknown }[] = []
  readonly listeners = new Set<Listener>()
  readonly application: Application = {
    answer: (name, body) => {
      this.asked.push({ name, body })
      if (name === 'settings/read') return Promise.reject(new Error('a defect'))
      return Promise.resolve({
        ok: true,
        value: { version: '0.1.0', face: 'serve', nativeDialogs: false, platform: 'linux' },
      })
    },
    subscribe: (listener) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    },
    close: () => Promise.resolve(),
  }
  private running: RunningServer | null = null
  private made = ''

  constructor() {
    beforeEach(() => this.start())
    afterEach(() => this.stop())
  }

  get server(): RunningServer {
    if (!this.running) throw new Error('The server runs within tests only.')
    return this.running
  }

  /** Where the renderer's files are, and one beside them. */
  get folder(): string {
    return this.made
  }

  get origin(): string {
    return new URL(this.server.address).origin
  }

  get token(): string {
    return new URL(this.server.address).searchParams.get('token') ?? ''
  }

  /** Sends exactly these headers and this path; fetch would tidy both. */
  send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
    const { hostname, port } = new URL(this.origin)
    return new Promise((resolve, reject) => {
      const request = httpRequest({ method, hostname, port, path, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  /** The cookie that the token is exchanged for. */
  async cookie(): Promise<string> {
    const { headers } = await this.send('GET', `/?token=${this.token}`)
    return headers['set-cookie']?.[0].split(';')[0] ?? ''
  }

  /** Headers of a request that a page of the server makes. */
  async fromOwnPage(): Promise<Record<string, string>> {
    return { cookie: await this.cookie(), origin: this.origin, 'content-type': 'application/json' }
  }

  /** Ends the server before the test does. */
  async close(): Promise<void> {
    await this.running?.close()
    this.running = null
  }

  private async start(): Promise<void> {
    this.asked.length = 0
    this.made = await mkdtemp(join(tmpdir(), 'shiftscope-serve-'))
    const renderer = join(this.made, 'renderer')
    await mkdir(join(renderer, 'assets'), { recursive: true })
    await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Shiftscope</title>')
    await writeFile(join(renderer, 'assets', 'main-abc.js'), 'export {}')
    await writeFile(join(renderer, 'notes.txt'), 'not part of the renderer')
    await writeFile(join(this.made, 'secret.json'), '{}')
    await symlink(join(this.made, 'secret.json'), join(renderer, 'link.json'))
    this.running = await startServer({
      application: this.application,
      port: 0,
      rendererDirectory: renderer,
    })
  }

  private async stop(): Promise<void> {
    await this.close()
    await rm(this.made, { recursive: true })
  }
}
