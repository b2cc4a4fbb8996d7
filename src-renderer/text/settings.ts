import type { Settings } from '@contract/requests'
import type { Device } from '@contract/device'

export const themeChoices: readonly { value: Settings['theme']; title: string; meaning: string }[] = [
  { value: 'system', title: 'As the system', meaning: 'Follows the light or dark setting of the computer.' },
  { value: 'light', title: 'Light', meaning: 'Dark text on light ground.' },
  { value: 'dark', title: 'Dark', meaning: 'Light text on dark ground. Saved figures stay white.' },
]

export const deviceNamesShown: Record<Device['name'], string> = {
  cpu: 'Processor (CPU)',
  webgpu: 'Graphics card (WebGPU)',
  cuda: 'NVIDIA graphics card (CUDA)',
}

export const settingsText = {
  question: 'How does Shiftscope look and compute?',
  lead: 'These settings hold for all projects on this computer and save themselves.',
  appearance: 'Appearance',
  theme: 'Theme',
  projects: 'Projects',
  projectsFolder: 'Folder in which new projects are proposed',
  computing: 'Computing',
  device: 'Device for training',
  deviceAuto: 'Chosen automatically',
  deviceHint: 'Used where a model leaves its device to be chosen automatically.',
  threads: 'Threads of the processor',
  threadsAuto: 'Chosen automatically',
  threadsFixed: 'Exactly',
  threadsHint:
    'Fewer threads leave room for other work. Results repeat exactly for the same number of threads and can differ in the last digits for another.',
  doctor: 'This computer',
  diagnosing: 'Looking at the computer',
  again: 'Look again',
  measure: 'Measure',
  measuring: 'Timing steps on every device',
  stepTimes: 'Time of a training step',
  stepMeaning: 'Measured with',
  notMeasured: 'Not measured',
  kernels: 'Kernels of the processor',
  processor: 'Processor',
  copyReport: 'Copy the report',
  copied: 'Copied',
  machine: 'Machine',
  platform: 'System',
  cores: 'Processor cores',
  memory: 'Memory',
  freeMemory: 'Free memory',
  devices: 'Devices',
  usable: 'Can be used',
  unusable: 'Cannot be used',
  chosen: 'Chosen automatically',
  versions: 'Versions',
  about: 'About',
  licence: 'Shiftscope is free software under the MIT licence.',
  parts: 'It stands on the work of others, under their own licences:',
} as const

/** The libraries that are part of the product, with their licences. */
export const libraryLicences: readonly { name: string; licence: string }[] = [
  { name: 'Electron', licence: 'MIT' },
  { name: 'Vue, Vue Router, Pinia', licence: 'MIT' },
  { name: 'Element Plus', licence: 'MIT' },
  { name: 'Apache ECharts', licence: 'Apache 2.0' },
  { name: 'vue-echarts', licence: 'MIT' },
  { name: 'TensorFlow.js', licence: 'Apache 2.0' },
  { name: 'h5wasm', licence: 'NIST' },
  { name: 'HDF5', licence: 'HDF5 (BSD style)' },
  { name: 'zod, commander, conf, csv-parse, ws', licence: 'MIT' },
  { name: 'yaml', licence: 'ISC' },
  { name: 'Example screen (sceptredata)', licence: 'MIT' },
]
