import type { FolderEntry } from '@contract/requests'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { connectTo } from '../contractClient/client'
import { FakeBridge } from '../contractClient/fixtures/fakeBridge'
import FolderBrowser from './FolderBrowser.vue'

function entryOf(
  name: string,
  kind: 'folder' | 'file',
  looksLike: FolderEntry['looksLike'] = null,
): FolderEntry {
  return {
    name,
    path: `/data/${name}`,
    kind,
    looksLike,
    bytes: kind === 'file' ? 10 : null,
    modifiedAt: null,
  }
}

const data = [
  entryOf('.hidden', 'folder'),
  entryOf('matrix', 'folder', 'tenx-folder'),
  entryOf('old', 'folder'),
  entryOf('counts.h5ad', 'file'),
  entryOf('guides.csv', 'file'),
]

async function browse(kind: 'file' | 'folder' | 'fileOrFolder', startIn: string | null = '/data') {
  const browser = mount(FolderBrowser, { props: { kind, startIn } })
  await flushPromises()
  const list = browser.get('[role=listbox]')
  const press = async (...keys: string[]) => {
    for (const key of keys) await list.trigger('keydown', { key })
    await flushPromises()
  }
  const names = () => browser.findAll('.entry-name').map((entry) => entry.text())
  return { browser, list, press, names }
}

let bridge: FakeBridge

beforeEach(() => {
  bridge = new FakeBridge({
    'files/list': ({ directory }) => {
      if (directory === '/gone') throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      if (directory === '/data') return { directory, parent: '/', entries: data }
      return { directory: directory ?? '/home/anna', parent: '/', entries: [] }
    },
  })
  connectTo(bridge)
})

describe('listing', () => {
  it('shows what can be chosen: no hidden entries, only folders where a folder is asked for', async () => {
    expect((await browse('file')).names()).toEqual(['matrix', 'old', 'counts.h5ad', 'guides.csv'])
    expect((await browse('folder')).names()).toEqual(['matrix', 'old'])
  })

  it('begins in the home folder when the one to begin in is gone', async () => {
    const { browser } = await browse('file', '/gone')
    expect(browser.text()).toContain('anna')
    expect(browser.find('[role=alert]').exists()).toBe(false)
  })

  it('narrows by name', async () => {
    const { browser, names } = await browse('file')
    await browser.get('input').setValue('CSV')
    expect(names()).toEqual(['guides.csv'])
  })
})

describe('by keyboard', () => {
  it('moves, opens a folder and goes up', async () => {
    const { browser, press } = await browse('file')
    await press('ArrowDown', 'ArrowDown')
    expect(browser.get('[aria-selected=true]').text()).toContain('old')
    await press('Enter')
    expect(bridge.asked.at(-1)?.body).toEqual({ directory: '/data/old' })
    await press('Backspace')
    expect(bridge.asked.at(-1)?.body).toEqual({ directory: '/' })
  })

  it('chooses a file with Enter', async () => {
    const { browser, press } = await browse('file')
    await press('End', 'Enter')
    expect(browser.emitted('choose')).toEqual([['/data/guides.csv', '/data']])
  })

  it('stays on the list at its ends', async () => {
    const { browser, press } = await browse('file')
    await press('End', 'ArrowDown')
    expect(browser.get('[aria-selected=true]').text()).toContain('guides.csv')
    await press('Home', 'ArrowUp')
    expect(browser.get('[aria-selected=true]').text()).toContain('matrix')
  })
})

describe('what is chosen', () => {
  it('is a 10x folder itself where counts are asked for', async () => {
    const { browser, press } = await browse('fileOrFolder')
    await press('ArrowDown', 'Enter')
    expect(browser.emitted('choose')).toEqual([['/data/matrix', '/data']])
  })

  it('is the open folder where a folder is asked for and none is selected', async () => {
    const { browser } = await browse('folder')
    const button = browser.findAll('button').at(-1)
    expect(button?.text()).toBe('Choose this folder')
    await button?.trigger('click')
    expect(browser.emitted('choose')).toEqual([['/data', '/data']])
  })

  it('is never a folder where a file is asked for', async () => {
    const { browser, press } = await browse('file')
    await press('ArrowDown')
    expect(browser.findAll('button').at(-1)?.attributes('disabled')).toBeDefined()
  })
})
