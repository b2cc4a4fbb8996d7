import { Worker } from 'node:worker_threads'
import { ShiftscopeError } from '@contract/errors'
import { describe, expect, test, vi } from 'vitest'
import { fusedExecutor } from './fusedExecutor'
import { compileKernels, instantiateKernels } from './kernels'
import { KernelMemory } from './memory'
import type { Program } from './schedule'
import { startKernelThread, Team, type TeamOptions } from './team'

const numbers = 64

/** A team, and a program in which each thread clears its own part of some numbers. */
function teamOf(threads: number, options: TeamOptions = {}) {
  const compiled = compileKernels(true)
  const memory = new KernelMemory(true)
  const team = new Team(compiled, memory, threads, options)
  const address = memory.allocate(numbers * 4)
  const part = numbers / threads
  const clearing = Array.from({ length: threads }, (_, thread): Program => [
    { kernel: 'fillZeros', numbers: [thread * part, (thread + 1) * part, address] },
    null,
  ])
  const values = (): Float32Array => memory.floats(address, numbers)
  return { team, clearing, values }
}

/** Memory that no kernel may touch. */
const beyondMemory: Program[number] = { kernel: 'fillZeros', numbers: [0, 16, 0x7fffff00] }

function thrownBy(act: () => void): ShiftscopeError {
  try {
    act()
  } catch (error) {
    if (error instanceof ShiftscopeError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('a team of threads', () => {
  test.each([1, 2, 4])('does its programs on %i threads, as often as asked', (threads) => {
    const { team, clearing, values } = teamOf(threads)
    for (let time = 0; time < 3; time++) {
      values().fill(1)
      team.run(0, clearing)
      expect(values().every((value) => value === 0)).toBe(true)
    }
    expect(team.threads).toBe(threads)
    team.close()
  })

  test('goes on alone when the others do not start in time', () => {
    const startThread = (): Worker => new Worker('setInterval(() => {}, 1000)', { eval: true })
    const { team, values, clearing } = teamOf(2, { startWithin: 20, startThread })
    expect(team.threads).toBe(1)
    values().fill(1)
    team.run(0, [clearing.flat()])
    expect(values().every((value) => value === 0)).toBe(true)
  })

  test('a thread that fails ends the program for all, with the reason, and for good', () => {
    const { team, clearing } = teamOf(2)
    const failing = [clearing[0], [beyondMemory, null]]
    const error = thrownBy(() => team.run(0, failing))
    expect(error).toMatchObject({ code: 'engine/threadFailed', details: /out of bounds/ })
    expect(error.hint).toMatch(/Resume the run/)
    expect(thrownBy(() => team.run(1, clearing)).code).toBe('engine/threadFailed')
  })

  test('a failure of the first thread sends the others home', async () => {
    const ended = vi.fn()
    const startThread: TeamOptions['startThread'] = (data) => startKernelThread(data).on('exit', ended)
    const { team, clearing } = teamOf(3, { startThread })
    const failing = [[beyondMemory, null], ...clearing.slice(1)]
    expect(thrownBy(() => team.run(0, failing)).code).toBe('engine/threadFailed')
    await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(2), 10_000)
  })

  test('nobody waits for ever for a thread that is gone without a word, or looks out for it as long again', () => {
    let looks = (): number => 0
    // It starts, as far as the others see, and never comes to a meeting.
    const startThread: TeamOptions['startThread'] = ({ memory, control, meetings }) => {
      Atomics.add(new Int32Array(memory.buffer, control, 2), 1, 1)
      looks = () => new Int32Array(memory.buffer, meetings, 7)[6]
      return new Worker('', { eval: true })
    }
    const { team, clearing } = teamOf(2, { meetWithin: 1, startThread })
    expect(team.threads).toBe(2)
    const before = looks()
    expect(thrownBy(() => team.run(0, clearing)).code).toBe('engine/threadFailed')
    expect(looks()).toBe(before / 2)
  })

  test('a thread that found what it waited for looks longer the next time, up to a limit', () => {
    const memory = new KernelMemory(true)
    const kernels = instantiateKernels(compileKernels(true).module, memory.memory)
    const point = memory.allocate(64)
    const words = memory.integers(point, 7)
    const [most, present] = [5, 6]
    words[most] = 32_000
    words[present] = 30_500
    kernels.announceJob(point)
    expect(kernels.awaitJob(point, 0)).toBe(1)
    expect(words[present]).toBe(31_500)
    kernels.awaitJob(point, 0)
    kernels.awaitJob(point, 0)
    expect(words[present]).toBe(32_000)
  })

  test('a thread that ends between two programs is noticed before the next', async () => {
    const gone = vi.fn()
    const startThread: TeamOptions['startThread'] = ({ memory, control }) => {
      Atomics.add(new Int32Array(memory.buffer, control, 2), 1, 1)
      return new Worker('throw new Error("no memory left")', { eval: true }).on('exit', gone)
    }
    const { team, clearing } = teamOf(2, { startThread })
    await vi.waitFor(() => expect(gone).toHaveBeenCalled(), 10_000)
    expect(thrownBy(() => team.run(0, clearing)).details).toMatch(/no memory left/)
  })
})

describe('what the machine may lack', () => {
  const nothing = new Uint8Array(8)

  test('a build that is refused gives way to the next, and none is an error with the remedy', () => {
    const read = vi.fn(() => nothing)
    expect(() => compileKernels(true, undefined, read)).toThrow(
      expect.objectContaining({ code: 'engine/kernelsRefused' }),
    )
    expect(read.mock.calls).toEqual([
      ['relaxed', true],
      ['plain', true],
    ])
    expect(() => fusedExecutor({ read })).toThrow(ShiftscopeError)
  })

  test('without memory to share one thread computes, and says why', () => {
    const giveMemory = (shared: boolean): KernelMemory => {
      if (shared) throw new RangeError('WebAssembly.Memory(): could not allocate memory')
      return new KernelMemory(false)
    }
    const { detail, threads } = fusedExecutor({ threads: 4, giveMemory })
    expect(threads).toBe(1)
    expect(detail).toMatch(/one thread \(the system gives no memory that threads can share\)/)
  })

  test('more room than there is ends with an error that says what to do', () => {
    const memory = new KernelMemory(false)
    expect(thrownBy(() => memory.allocate(2 ** 33))).toMatchObject({
      code: 'engine/outOfMemory',
      hint: /smaller batch size/,
    })
    vi.spyOn(memory.memory, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
    })
    expect(thrownBy(() => memory.allocate(1e8))).toMatchObject({
      code: 'engine/outOfMemory',
      details: /Unable to grow/,
    })
  })

  test('kernels of another version are refused', () => {
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
    const { memory } = new KernelMemory(false)
    expect(thrownBy(() => instantiateKernels(empty, memory)).code).toBe('engine/kernelsMissing')
  })
})
