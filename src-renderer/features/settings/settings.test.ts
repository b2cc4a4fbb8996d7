import type { DoctorReport } from '@contract/device'
import type { Problem } from '@contract/errors'
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import DoctorPanel from './DoctorPanel.vue'
import { doctorText } from './doctorText'

const report: DoctorReport = {
  versions: { shiftscope: '1.2.3', node: '20.20.2' },
  machine: {
    platform: 'Linux 6.1 x64',
    processor: 'A processor',
    cores: 8,
    memoryBytes: 16e9,
    freeMemoryBytes: 4e9,
  },
  threads: { sharedMemory: true, detail: 'Up to 8 threads.' },
  builds: [
    { name: 'relaxed', usable: false, detail: 'It cannot be used here: invalid opcode.' },
    { name: 'plain', usable: true, detail: 'plain SIMD' },
  ],
  devices: [
    { name: 'cpu', usable: true, detail: 'WebAssembly, 8 threads', hint: '' },
    { name: 'webgpu', usable: false, detail: 'There is no adapter.', hint: 'Install a driver.' },
  ],
  measured: null,
  chosen: { name: 'cpu', reason: 'It is the only usable device.' },
}

function mountPanel(value: DoctorReport | null, part: { problem?: Problem; measuring?: boolean } = {}) {
  return mount(DoctorPanel, {
    props: {
      doctor: {
        value: shallowRef(value),
        problem: shallowRef(part.problem ?? null),
        loading: shallowRef(part.measuring === true),
        reload: () => Promise.resolve(),
      },
      measuring: part.measuring ?? false,
      progress: part.measuring
        ? { measurement: 'a', fraction: 0.25, message: 'Timing the processor', secondsLeft: 3 }
        : null,
    },
  })
}

describe('the panel of the computer', () => {
  it('says which devices can be used, why others cannot, and what to do', () => {
    const [cpu, webgpu] = mountPanel(report)
      .findAll('.devices li')
      .map((item) => item.text())
    expect(cpu).toContain('Can be used')
    expect(cpu).toContain('WebAssembly, 8 threads')
    expect(webgpu).toContain('Cannot be used')
    expect(webgpu).toContain('There is no adapter.')
    expect(webgpu).toContain('Install a driver.')
  })

  it('shows times of steps once they are measured, and why there is none', () => {
    expect(mountPanel(report).find('.times').exists()).toBe(false)
    const timed = (detail: string, msPerStep: number | null, problem = '') =>
      ({ device: 'cpu', build: 'plain', threads: 1, detail, msPerStep, problem }) as const
    const timings = [timed('one thread', 12.34), timed('8 threads', null, 'out of memory.')]
    const rows = mountPanel({ ...report, measured: { workload: 'one step', timings } }).findAll('.times tr')
    expect(rows.map((row) => row.text())).toEqual([
      'one thread12.3 ms',
      '8 threadsNot measured: out of memory.',
    ])
  })

  it('shows how far measuring is, with the time left, and lets it be cancelled', async () => {
    const panel = mountPanel(report, { measuring: true })
    expect(panel.get('[role="progressbar"]').attributes('aria-valuenow')).toBe('25')
    expect(panel.text()).toContain('Timing the processor')
    expect(panel.text()).toContain('about 3 s left')
    const cancel = panel.findAll('button').find((button) => button.text() === 'Cancel')
    await cancel?.trigger('click')
    expect(panel.emitted('cancel')).toHaveLength(1)
    expect(panel.text()).toContain('WebAssembly, 8 threads')
  })

  it('says why it could not look, and looks again', async () => {
    const problem = { code: 'worker/died', message: 'The process is gone.', hint: 'Try again.' }
    const panel = mountPanel(report, { problem })
    expect(panel.get('[role="alert"]').text()).toContain('The process is gone.')
    await panel.get('[role="alert"] button').trigger('click')
    expect(panel.emitted('look')).toHaveLength(1)
  })

  it('waits in words for the first report', () => {
    expect(mountPanel(null).text()).toContain('Looking at the computer')
  })
})

it('copies the report with what is not usable and why', () => {
  const text = doctorText(report)
  expect(text).toContain('Memory: 16 GB')
  expect(text).toContain('Graphics card (WebGPU): Cannot be used. There is no adapter.')
})
