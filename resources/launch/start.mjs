// `npm start`: the desktop window where Electron can run, otherwise the same app in the browser.
import { spawn } from 'node:child_process'
import { findElectron } from './electronBinary.mjs'
import { build, isBuiltFromPresentSources, requireNode, root } from './project.mjs'

/** An Electron that ends this early never showed a window: a library or the display is missing. */
const shortestSession = 10_000

requireNode()
if (!isBuiltFromPresentSources()) build()

const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)
const electron = hasDisplay ? await findElectron() : { path: null, reason: 'this machine has no display' }
if (electron.path === null) await serve(electron.reason)
else openDesktop(electron.path)

/** Runs `shiftscope serve` in this process. @param {string} reason why there is no window */
async function serve(reason) {
  process.stdout.write(`No desktop window: ${reason}. Serving Shiftscope to the browser instead.\n`)
  process.argv.splice(2, 0, 'serve')
  await import('./shiftscope.mjs')
}

/** @param {string} executable */
function openDesktop(executable) {
  // Chromium refuses to run its sandbox as root, which is usual in a container only.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const environment = { ...process.env }
  // Set in some terminals inside other Electron apps; it would make Electron run as plain Node.
  delete environment.ELECTRON_RUN_AS_NODE
  const startedAt = Date.now()
  const child = spawn(executable, [...asRoot, root, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: environment,
  })
  // Ctrl-C in a terminal reaches Electron by itself; other signals are passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => void serve(`Electron could not be started (${error.message})`))
  child.on('exit', (code, signal) => {
    const failed = code !== 0 && signal === null && Date.now() - startedAt < shortestSession
    if (failed) void serve(`Electron ended at once with code ${code}; its messages are above`)
    else process.exit(code ?? (signal === 'SIGINT' ? 130 : 143))
  })
}
