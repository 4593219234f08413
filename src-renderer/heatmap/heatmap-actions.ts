import type { Trace } from '../../src-preload/contract/trace.ts'
import type { Action } from '../commands/actions.ts'
import { t } from '../lib/i18n/translate.ts'
import { channelIds, channels } from './channels.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { wrapModes } from './layout.ts'

/** The input that searches a response. */
export const tokenSearchId = 'token-search'

const ruleModes = ['quantile', 'threshold', 'recorded'] as const

function next<Item>(items: readonly Item[], item: Item, by = 1): Item {
  return items[(items.indexOf(item) + by + items.length) % items.length]!
}

interface HeatmapActionContext {
  readonly trace: Trace
  readonly toggleTable: () => void
  /** Looks at the tokens around the focused one, or at all again. */
  readonly lookAround: () => void
}

/** What the keys do with a response's tokens. */
export function heatmapActions({ trace, toggleTable, lookAround }: HeatmapActionContext): Action[] {
  const section = t('Tokens of the response')
  const action = (id: string, label: string, shortcut: string, run: () => void): Action => ({
    ...{ id: `tokens.${id}`, label, shortcut, section },
    enabled: true,
    run,
  })
  const { getState, setState } = useHeatmapSettings
  const recorded = channelIds.filter((id) => channels[id].recorded(trace))
  const colour = (by: number) => (): void => {
    setState(({ channel }) => ({ channel: next(recorded, channel, by) }))
  }
  return [
    action('search', t('Search the response'), '/', () => document.getElementById(tokenSearchId)?.focus()),
    action('colour', t('Colour by the next quantity'), 'c', colour(1)),
    action('colour-back', t('Colour by the quantity before'), 'v', colour(-1)),
    action('log', t('Logarithmic colour scale'), 'l', () =>
      setState(({ scale }) => ({ scale: scale === 'log' ? 'linear' : 'log' })),
    ),
    action('rule', t('Next rule of the token classes'), 'm', () =>
      setState({ mode: next(ruleModes, getState().mode) }),
    ),
    action('wrap', t('Break lines the next way'), 'w', () => setState({ wrap: next(wrapModes, getState().wrap) })),
    action('around', t('Look around the focused token, or at all'), 'b', lookAround),
    action('table', t('Tokens as a table'), 't', toggleTable),
  ]
}
