/**
 * Devices that a run can compute on, and what is found out about each on this computer. Each id has its line in the map of
 * devices, src-main/engine/executors/map.ts.
 */
import { z } from 'zod'

export const deviceIds = ['cpu', 'cuda', 'cuda:1', 'ort-cuda', 'webgpu', 'dml', 'tfjs-gpu', 'tfjs-cpu'] as const
export type DeviceId = (typeof deviceIds)[number]

/** Whether a device is an NVIDIA card under Quiver's own kernels: each has a memory of its own. */
export const isCard = (device: DeviceId): boolean => device === 'cuda' || device.startsWith('cuda:')

export const deviceDescriptionSchema = z.object({
  id: z.enum(deviceIds),
  title: z.string(),
  /** The executor that computes there. */
  executor: z.string(),
  /** What stays on the device between runs, and what every run copies. */
  memory: z.string(),
})

const trafficSchema = z.object({ toDevice: z.int().min(0), toHost: z.int().min(0) })

/** A training step and a short generation of the built-in model there, beside the same on the CPU. */
const deviceTrialSchema = z.object({
  /** Largest difference from the CPU in log-probabilities (nats), gradient norms relative to their size included. */
  largestError: z.number(),
  /** Operations run, those of them that ran on the CPU for want of a kernel, and their kinds with counts; null: none can. */
  placement: z.object({ operations: z.int(), onCpu: z.int(), kinds: z.record(z.string(), z.int()) }).nullable(),
  /** Bytes copied by one training step and by one decoded token of the trial; null where memory is shared. */
  traffic: z.object({ trainingStep: trafficSchema, decodeStep: trafficSchema }).nullable(),
})
export type DeviceTrial = z.infer<typeof deviceTrialSchema>

/** An NVIDIA card just before the trial, as far as NVIDIA's libraries tell. */
const deviceCardSchema = z.object({
  name: z.string(),
  /** Compute capability, "9.0". */
  capability: z.string(),
  driver: z.string().nullable(),
  /** Newest CUDA that the driver runs. */
  cuda: z.string(),
  /** Names and versions of the libraries that compute. */
  libraries: z.array(z.string()),
  /** Bytes. */
  memoryTotal: z.number(),
  memoryFree: z.number().nullable(),
  clockMhz: z.number().nullable(),
  memoryClockMhz: z.number().nullable(),
  /** Share of the time at work, 0 to 1. */
  utilization: z.number().nullable(),
  powerWatts: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
})
export type DeviceCard = z.infer<typeof deviceCardSchema>

export const deviceOutcomeSchema = z.object({
  /** `missing`: something is not installed; `unusable`: it is there and does not work. */
  status: z.enum(['usable', 'missing', 'unusable']),
  /** Why not, in sentences; empty when usable. */
  detail: z.string(),
  /** The command that installs what is missing, where one does. */
  install: z.string().nullable(),
  trial: deviceTrialSchema.nullable(),
  /** Null for what is no card of the cuda executor, and where no driver shows it. */
  card: deviceCardSchema.nullable(),
})

export type DeviceReport = z.infer<typeof deviceDescriptionSchema> & z.infer<typeof deviceOutcomeSchema>
