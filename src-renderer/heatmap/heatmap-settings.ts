import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { ChannelId } from './channels.ts'
import type { ClassRule } from './classify.ts'
import type { WrapMode } from './layout.ts'
import type { ScaleShape } from './scale.ts'

interface HeatmapSettings {
  readonly channel: ChannelId
  readonly wrap: WrapMode
  /** Of the channels that have a sequential scale. */
  readonly scale: ScaleShape
  readonly mode: ClassRule['mode']
  /** Null is the run's own quantile. */
  readonly quantile: number | null
  /** Nats. */
  readonly threshold: number
  /** Ends of colour scales that are held from one response to the next. */
  readonly heldEnds: Partial<Record<ChannelId, number>>
}

const initial: HeatmapSettings = {
  channel: 'entropy',
  wrap: 'words',
  scale: 'linear',
  mode: 'quantile',
  quantile: null,
  threshold: 1,
  heldEnds: {},
}

/** How responses are looked at; kept from one response to the next and over restarts. */
export const useHeatmapSettings = create<HeatmapSettings>()(
  persist(() => initial, { name: 'quiver.heatmap', version: 1 }),
)
