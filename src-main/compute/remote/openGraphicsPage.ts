import { ShiftscopeError } from '@contract/errors'
import type { MessageLine } from './messages'
import { pageNewsSchema, type PageRequest } from './pageMessages'
import { isElectronPort, type ElectronPort, type ParentPort } from './parentPort'

let lastPage = 0

function notOpened(): ShiftscopeError {
  return new ShiftscopeError({
    code: 'device/unusable',
    message: 'The hidden page that computes on the graphics processor could not be opened.',
    where: 'webgpu',
    hint: 'Train on the CPU, or start Shiftscope again.',
  })
}

/**
 * Lets main open a hidden page, and gives the line to it. Closing the line closes the page; a page that crashes ends it.
 * @param main the line to main
 * @throws ShiftscopeError `device/unusable` when the page cannot be opened
 */
export function openGraphicsPage(main: ParentPort): Promise<MessageLine> {
  const page = ++lastPage
  const say = (message: PageRequest): void => main.postMessage(message)
  const onEnd: (() => void)[] = []
  const end = (): void => onEnd.splice(0).forEach((listener) => listener())
  const lineOver = (port: ElectronPort): MessageLine => {
    port.on('close', end)
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.on('message', ({ data }) => listener(data))
        port.start()
      },
      onEnd: (listener) => onEnd.push(listener),
      close: () => {
        port.close()
        say({ say: 'closeGraphicsPage', page })
      },
    }
  }
  return new Promise((resolve, reject) => {
    main.on('message', ({ data, ports }) => {
      const news = pageNewsSchema.safeParse(data)
      if (!news.success || news.data.page !== page) return
      const [port] = ports
      if (news.data.say === 'graphicsPageOpen' && isElectronPort(port)) {
        resolve(lineOver(port))
        return
      }
      // Says nothing to a page that was open; whoever waits for one hears why there is none.
      reject(notOpened())
      end()
    })
    say({ say: 'openGraphicsPage', page })
  })
}
