import { spawn } from 'node:child_process'

/** Ends everything when a step has failed; its output is on the screen already. */
export class StepFailed extends Error {}

/**
 * Runs a command with its output shown.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {{ environment?: Record<string, string>, longest?: number, quiet?: boolean }} [options] `longest` in seconds
 * @returns {Promise<boolean>} whether it succeeded
 */
export function run(command, words, { environment = {}, longest = 3600, quiet = false } = {}) {
  const child = spawn(command, words, {
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit'],
    env: { ...process.env, ...environment },
    // Its own group, so that what it started ends with it.
    detached: true,
  })
  const stop = (signal) => {
    try {
      process.kill(-child.pid, signal)
    } catch {
      child.kill(signal)
    }
  }
  const interrupt = () => {
    stop('SIGTERM')
    process.exitCode = 130
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      process.stderr.write(`${command} ${words[0] ?? ''}: stopped after ${longest} s\n`)
      stop('SIGKILL')
    }, longest * 1000)
    const end = (succeeded) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      resolve(succeeded)
    }
    child.on('error', () => end(false))
    child.on('exit', (code) => end(code === 0))
  })
}

/** @type {{ name: string, seconds: number }[]} */
export const done = []

/**
 * Runs one step of the tests under a heading and keeps its time for the summary.
 * @param {string} name
 * @param {() => Promise<boolean>} action
 */
export async function step(name, action) {
  process.stdout.write(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}\n`)
  const startedAt = Date.now()
  const succeeded = await action()
  done.push({ name, seconds: Math.round((Date.now() - startedAt) / 1000) })
  if (!succeeded) throw new StepFailed(name)
}
