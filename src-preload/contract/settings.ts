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

type Fields = typeof settingsSchema.shape
type WithoutDefault = { readonly [Name in keyof Fields]: ReturnType<Fields[Name]['removeDefault']> }

/** Some settings; those left out stay as they are, so that no default may stand in for them. */
export const settingChangesSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(settingsSchema.shape).map(([name, field]) => [name, field.removeDefault()]),
    ) as WithoutDefault,
  )
  .partial()

export interface AppInfo {
  readonly version: string
  readonly workspace: string
  readonly threads: number
}
