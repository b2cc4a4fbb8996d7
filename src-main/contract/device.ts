import { z } from 'zod'

export const computeDeviceNames = ['cpu', 'webgpu', 'cuda'] as const
export type ComputeDeviceName = (typeof computeDeviceNames)[number]

/** A thing that can train: shown by `doctor`, in the settings and in the choice of device. */
export const deviceSchema = z.object({
  name: z.enum(computeDeviceNames),
  usable: z.boolean(),
  /** What it is (engine, threads, adapter) when usable; why it is not when unusable. */
  detail: z.string(),
  /** What to do to make it usable; empty when it is, or when nothing helps. */
  hint: z.string(),
})
export type Device = z.infer<typeof deviceSchema>

/** A build of the processor's kernels, and whether this machine takes it. */
export const kernelBuildSchema = z.object({
  name: z.enum(['relaxed', 'plain']),
  usable: z.boolean(),
  detail: z.string(),
})
export type KernelBuildReport = z.infer<typeof kernelBuildSchema>

/** How long a training step took on a device. */
export const stepTimingSchema = z.object({
  device: z.enum(computeDeviceNames),
  /** Of the processor's kernels; null for other engines. */
  build: z.enum(['relaxed', 'plain']).nullable(),
  threads: z.number().int().nullable(),
  /** Engine, build and threads in words. */
  detail: z.string(),
  /** On a calm machine (lower quartile of the steps); null when the device failed while it was measured. */
  msPerStep: z.number().nullable(),
  /** Why there is no time; empty when there is one. */
  problem: z.string(),
})
export type StepTimingReport = z.infer<typeof stepTimingSchema>

export const doctorReportSchema = z.object({
  versions: z.record(z.string(), z.string()),
  machine: z.object({
    platform: z.string(),
    /** Model of the processor. */
    processor: z.string(),
    cores: z.number().int(),
    memoryBytes: z.number().int(),
    freeMemoryBytes: z.number().int(),
  }),
  threads: z.object({
    /** Whether threads can share memory; without that there is one thread. */
    sharedMemory: z.boolean(),
    detail: z.string(),
  }),
  builds: z.array(kernelBuildSchema),
  devices: z.array(deviceSchema),
  /** Null when it was not asked to measure. */
  measured: z
    .object({
      /** The step that was timed. */
      workload: z.string(),
      timings: z.array(stepTimingSchema),
    })
    .nullable(),
  /** The device that `auto` takes, and why. */
  chosen: z.object({ name: z.enum(computeDeviceNames), reason: z.string() }),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>
