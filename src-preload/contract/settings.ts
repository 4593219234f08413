import { z } from 'zod'

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'zh-CN']).default('system'),
  /** Exponential smoothing of curves, 0 (off) to 0.99. */
  smoothing: z.number().min(0).max(0.99).default(0.6),
  /** Queued runs start while fewer runs than this are starting, running, paused or stopping. */
  maxActiveRuns: z.int().min(1).max(16).default(1),
  /** While true, no queued run starts by itself. */
  queueHeld: z.boolean().default(false),
  /** A run that raises an alarm pauses itself. */
  pauseOnAlarm: z.boolean().default(false),
  /** Notices come as notifications of the system too, while the page is out of sight. */
  desktopNotifications: z.boolean().default(false),
})
export type Settings = z.infer<typeof settingsSchema>

export interface AppInfo {
  readonly version: string
  readonly workspace: string
  readonly threads: number
}
