import { useMemo } from 'react'
import { type Channel, type ColourDomain, channels, domainOf, type TokenSource } from './channels.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { type ScaleShape, shapeOf } from './scale.ts'

export interface SharedScale {
  readonly channel: Channel
  /** Of each response. */
  readonly values: readonly Float32Array[]
  readonly domain: ColourDomain
  readonly shape: ScaleShape
}

/** The chosen channel (the entropy where a response does not hold it), and one colour scale for all responses. */
export function useSharedScale(responses: readonly TokenSource[]): SharedScale {
  const chosen = channels[useHeatmapSettings((settings) => settings.channel)] ?? channels.entropy
  const channel = responses.every(({ trace }) => chosen.recorded(trace)) ? chosen : channels.entropy
  const held = useHeatmapSettings((settings) => settings.heldEnds[channel.id])
  const scale = useHeatmapSettings((settings) => settings.scale)
  return useMemo(() => {
    const values = responses.map((response) => channel.values(response))
    const together = new Float32Array(values.reduce((sum, one) => sum + one.length, 0))
    let offset = 0
    for (const one of values) {
      together.set(one, offset)
      offset += one.length
    }
    const shape = shapeOf(channel.kind, scale)
    const domain = domainOf(held === undefined ? channel : { ...channel, ends: [held] }, together)
    return { channel, values, domain, shape }
  }, [channel, held, responses, scale])
}
