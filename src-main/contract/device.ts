import { z } from 'zod'

/** A thing that can train: shown by `doctor`, in the settings and in the choice of device. */
export const deviceSchema = z.object({
  name: z.enum(['cpu', 'webgpu', 'cuda']),
  usable: z.boolean(),
  /** What it is (engine, threads, adapter) when usable; why it is not when unusable. */
  detail: z.string(),
  /** What to do to make it usable; empty when it is, or when nothing helps. */
  hint: z.string(),
})
export type Device = z.infer<typeof deviceSchema>

export const doctorReportSchema = z.object({
  versions: z.record(z.string(), z.string()),
  machine: z.object({
    platform: z.string(),
    cores: z.number().int(),
    memoryBytes: z.number().int(),
    freeMemoryBytes: z.number().int(),
  }),
  devices: z.array(deviceSchema),
  /** The device that `auto` takes, and why. */
  chosen: z.object({ name: z.string(), reason: z.string() }),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>
