import { cpus, loadavg, totalmem } from 'node:os'

/** How busy the machine is while we do nothing. */
export interface Load {
  /** Of the last minute, our own work included. */
  readonly average: number
  /** Cores in use by others in the last second. */
  readonly busyCores: number
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
}

export function thisMachine(): Machine {
  const cores = cpus()
  return {
    processor: cores.at(0)?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
    node: process.versions.node,
  }
}

const watchedMilliseconds = 1000

function busyMilliseconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

/** Watches the machine for a second. */
export async function presentLoad(): Promise<Load> {
  const [average] = loadavg()
  const [busy, since] = [busyMilliseconds(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, watchedMilliseconds))
  return { average, busyCores: (busyMilliseconds() - busy) / (performance.now() - since) }
}

/** The machine and its load before and after, in a line. */
export function machineLine({ processor, cores, node }: Machine, before: Load, after: Load): string {
  const words = ({ average, busyCores }: Load): string =>
    `load ${average.toFixed(1)}, ${busyCores.toFixed(1)} cores busy`
  return `${processor}, ${cores} cores, Node ${node}. Before: ${words(before)}. After: ${words(after)}.`
}
