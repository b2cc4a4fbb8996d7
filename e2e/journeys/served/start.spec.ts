import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '../../fixtures/journey'
import { StartPage } from '../../pages/startPage'

const launch = join(import.meta.dirname, '../../../resources/launch')

test('npm start says in one line why there is no window, and serves the app', async ({ place, browser }) => {
  const child = spawn(process.execPath, [join(launch, 'start.mjs'), '--port', '0'], {
    env: { ...place.environment, DISPLAY: '', WAYLAND_DISPLAY: '' },
    cwd: place.home,
  })
  let output = ''
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
  await expect.poll(() => output, { timeout: 30_000 }).toMatch(/\?token=[\w-]{43}\n/)
  const [why, address, ...rest] = output.trimEnd().split('\n')
  expect(why).toBe(
    'No desktop window: this machine has no display. Serving Shiftscope to the browser instead.',
  )
  expect(rest).toEqual([])

  const page = await browser.newPage()
  await page.goto(address)
  await expect(new StartPage(page).openExample).toBeEnabled()
  await page.close()

  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect((await ended)[0]).toBe(0)
})

test('the shiftscope command passes words and exit codes through', async ({ place }) => {
  const run = async (...words: string[]) => {
    const child = spawn(process.execPath, [join(launch, 'shiftscope.mjs'), ...words], {
      env: place.environment,
      cwd: place.home,
    })
    let output = ''
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
    const [code] = (await once(child, 'exit')) as [number | null]
    return { code, output }
  }
  const version = await run('--version')
  expect(version.code).toBe(0)
  expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await run('serve', '--nonsense')).code).toBe(2)
})
