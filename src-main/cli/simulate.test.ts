import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startShiftscope } from './runShiftscope'

/** Simulated screens through the built program, in processes of its own. */

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-simulate-'))
})
afterAll(() => rm(folder, { recursive: true }))

function shiftscope(...words: string[]) {
  return startShiftscope(words).ended
}

it('simulates a screen that imports, prepares and refuses options of another model', async () => {
  const screen = join(folder, 'screen')
  const project = ['--project', join(folder, 'project')]
  const simulated = await shiftscope(
    ...['simulate', '--to', screen, '--perturbations', '5', '--cells', '30', '--genes', '20'],
    ...['--latents', '3', '--held-out', '0.2', '--seed', '1'],
  )
  expect(simulated.code).toBe(0)
  expect(simulated.output).toContain('150 cells (0 of them control), 20 genes, 5 perturbations')
  expect(simulated.output).toMatch(/true latents +3/)
  const heldOut = (await readFile(join(screen, 'held_out.txt'), 'utf8')).trim().split('\n')
  expect(heldOut).toHaveLength(1)
  expect(simulated.output).toContain(`to hold out: ${heldOut[0]}`)

  // The commands that it prints lead to a prepared screen.
  const lines = simulated.output.split('\n').filter((line) => line.startsWith('  shiftscope '))
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    const words = line
      .trim()
      .split(' ')
      .slice(1, -2)
      .filter((word) => word !== '--project' && word !== 'PROJECT')
    expect((await shiftscope(...words, ...project)).code, line).toBe(0)
  }

  const refused = await shiftscope('train', ...project, '--model', 'vae', '--alpha', '3')
  expect(refused.code).toBe(2)
  expect(refused.errors).toContain('The model "vae" has no --alpha.')
  expect(refused.errors).toContain('svae, svae-plus')
})
