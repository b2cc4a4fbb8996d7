import type { IncomingMessage, ServerResponse } from 'node:http'
import { transport } from '@contract/bridge'
import { asProblem } from '@contract/errors'
import { isRequestName } from '@contract/requests'
import type { Application } from '../handlers/application'
import type { Refusal } from './access'
import { sendJson, sendRefusal } from './answers'

/** Largest request body in bytes: a recipe with a list of every human gene is a twentieth of it. */
export const largestBody = 4 * 1024 * 1024

/** Answers `POST /api/<subject>/<verb>` of a request that belongs to the session. */
export async function answerApi(
  application: Application,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = path.slice(transport.apiPath.length)
  if (!isRequestName(name)) {
    sendRefusal(response, unknownRequest(name))
  } else if (request.method !== 'POST') {
    sendRefusal(response, wrongMethod, { Allow: 'POST' })
  } else if (!isJson(request)) {
    sendRefusal(response, notJson)
  } else {
    const text = await readBody(request)
    if (text === null) {
      // The rest of the body is not read, so the connection cannot be used again.
      sendRefusal(response, tooLarge, { Connection: 'close' })
      return
    }
    const body = parseJson(text)
    if (body === undefined) sendRefusal(response, brokenJson)
    else sendJson(response, 200, await answerOf(application, name, body))
  }
}

async function answerOf(application: Application, name: string, body: unknown): Promise<unknown> {
  try {
    return await application.answer(name, body)
  } catch (error) {
    return { ok: false, problem: asProblem(error) }
  }
}

/** Not text/plain or a form: those a foreign page may send without being asked first (CORS preflight). */
function isJson(request: IncomingMessage): boolean {
  return /^application\/json(\s*;|$)/i.test(request.headers['content-type'] ?? '')
}

/** The body as text, null when it is larger than allowed. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return null
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.byteLength
    if (length > largestBody) return null
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unknownRequest(name: string): Refusal {
  return {
    status: 404,
    problem: {
      code: 'serve/unknownRequest',
      message: 'Shiftscope knows no such request.',
      where: name.slice(0, 100),
      hint: 'Reload the page: it may be older than the program that serves it.',
    },
  }
}

const wrongMethod: Refusal = {
  status: 405,
  problem: {
    code: 'serve/wrongMethod',
    message: 'Requests are sent with POST.',
    hint: 'Send a POST request.',
  },
}

const notJson: Refusal = {
  status: 415,
  problem: {
    code: 'serve/notJson',
    message: 'The body of a request is JSON.',
    hint: 'Send the header "Content-Type: application/json".',
  },
}

const brokenJson: Refusal = {
  status: 400,
  problem: {
    code: 'serve/brokenJson',
    message: 'The body of the request is not valid JSON.',
    hint: 'Send one JSON object.',
  },
}

const tooLarge: Refusal = {
  status: 413,
  problem: {
    code: 'serve/tooLarge',
    message: `The body of the request is larger than ${largestBody / 1024 / 1024} MB.`,
    hint: 'Give long lists as a file on this machine.',
  },
}
