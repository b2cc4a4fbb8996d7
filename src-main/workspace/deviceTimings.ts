import { join } from 'node:path'
import { computeDeviceNames } from '@contract/device'
import { z } from 'zod'
import type { TimingMemory } from '../compute/devices/choose'
import { readTextIfThere } from './documents'
import { writeFileBeside } from './writeBeside'

/** Oldest ones go first. */
const mostEntries = 60

const entrySchema = z.strictObject({
  machine: z.string(),
  /** Of everything that computes: another version is measured anew. */
  versions: z.record(z.string(), z.string()),
  shape: z.string(),
  measuredAt: z.iso.datetime(),
  timings: z
    .array(
      z.strictObject({
        device: z.enum(computeDeviceNames),
        detail: z.string(),
        msPerStep: z.number().positive(),
      }),
    )
    .min(1),
})
const fileSchema = z.strictObject({ version: z.literal(1), entries: z.array(entrySchema) })
type Entry = z.infer<typeof entrySchema>

/** For what the times hold. */
export interface TimingPlace {
  /** Processor, cores and system. */
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
}

async function readEntries(file: string): Promise<Entry[]> {
  try {
    return fileSchema.parse(JSON.parse((await readTextIfThere(file)) ?? '{}')).entries
  } catch {
    // Missing, broken, of another version: it holds nothing that cannot be measured again.
    return []
  }
}

function placeText({ machine, versions }: TimingPlace): string {
  return JSON.stringify([machine, Object.entries(versions).toSorted()])
}

/** How long steps take on the devices of this machine, kept in `device-timings.json` in a folder. */
export function openDeviceTimings(settingsDirectory: string, place: TimingPlace): TimingMemory {
  const file = join(settingsDirectory, 'device-timings.json')
  const isOf = (entry: Entry, shape: string) => entry.shape === shape && placeText(entry) === placeText(place)
  return {
    recall: async (shape) => (await readEntries(file)).find((entry) => isOf(entry, shape))?.timings ?? null,
    keep: async (shape, timings) => {
      const others = (await readEntries(file)).filter((entry) => !isOf(entry, shape))
      const entry: Entry = {
        machine: place.machine,
        versions: { ...place.versions },
        shape,
        measuredAt: new Date().toISOString(),
        timings: timings.map((timing) => ({ ...timing })),
      }
      const entries = [...others, entry].slice(-mostEntries)
      try {
        await writeFileBeside(file, `${JSON.stringify({ version: 1, entries }, null, 2)}\n`)
      } catch {
        // A folder that cannot be written costs a few seconds of measuring next time, not the run.
      }
    },
  }
}
