import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { openGraphicsPage } from './openGraphicsPage'
import type { PageNews } from './pageMessages'
import type { ParentPort } from './parentPort'

/** Main, as a worker sees it. */
function pretendMain() {
  const asked: unknown[] = []
  const listeners: ((event: { data: unknown; ports: readonly unknown[] }) => void)[] = []
  const main: ParentPort = {
    postMessage: (message) => asked.push(message),
    on: (_event, listener) => listeners.push(listener),
  }
  const say = (data: PageNews, ports: readonly unknown[] = []) =>
    listeners.forEach((listener) => listener({ data, ports }))
  return { main, asked, say, page: () => pageOf(asked[0]) }
}

function pageOf(message: unknown): number {
  const page: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'page') : null
  if (typeof page !== 'number') throw new Error('No page was asked for.')
  return page
}

test('a page is asked for, told of its end, and closed with its line', async () => {
  const { main, asked, say, page } = pretendMain()
  const opening = openGraphicsPage(main)
  expect(asked).toEqual([{ say: 'openGraphicsPage', page: page() }])
  const { port1 } = new MessageChannel()
  say({ say: 'graphicsPageGone', page: page() + 1 })
  say({ say: 'graphicsPageOpen', page: page() }, [port1])
  const line = await opening
  let ends = 0
  line.onEnd(() => (ends += 1))
  say({ say: 'graphicsPageGone', page: page() })
  expect(ends).toBe(1)
  line.close()
  expect(asked.at(-1)).toEqual({ say: 'closeGraphicsPage', page: page() })
})

test('a page that cannot be opened is an unusable device', async () => {
  const { main, say, page } = pretendMain()
  const opening = openGraphicsPage(main)
  say({ say: 'graphicsPageGone', page: page() })
  await expect(opening).rejects.toMatchObject({ code: 'device/unusable' })
})
