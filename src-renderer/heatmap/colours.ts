import { interpolateCividis } from 'd3-scale-chromatic'
import { cssColour, mix, parseColour, type Rgb, textColourOn } from '../lib/colour.ts'
import type { Theme } from '../lib/view-state.ts'
import { type ChannelKind, clipCategories } from './channels.ts'
import { type ScaleShape, scalePart } from './scale.ts'

/** Colours of what the heatmap draws beside the tokens' grounds. */
export interface HeatmapPalette {
  readonly surface: string
  readonly ink: string
  readonly classMark: string
  readonly clipMark: string
  readonly focus: string
  readonly hover: string
  /** Frame and veil of what a search found. */
  readonly found: string
  readonly foundVeil: string
  /** Laid over what a brush leaves out. */
  readonly veil: string
  readonly quiet: string
  /** The part of a plot that the text shows. */
  readonly sight: string
}

export const heatmapPalettes: Readonly<Record<Theme, HeatmapPalette>> = {
  light: {
    surface: '#ffffff',
    ink: '#14181e',
    classMark: '#b34700',
    clipMark: '#a3195b',
    focus: '#0b5cad',
    hover: '#14181e',
    found: '#7a3db8',
    foundVeil: 'rgba(122, 61, 184, 0.16)',
    veil: 'rgba(255, 255, 255, 0.62)',
    quiet: '#5f6875',
    sight: 'rgba(11, 92, 173, 0.13)',
  },
  dark: {
    surface: '#171b21',
    ink: '#e7eaef',
    classMark: '#f29e4c',
    clipMark: '#ff8fc0',
    focus: '#6cb2f5',
    hover: '#e7eaef',
    found: '#c79bf2',
    foundVeil: 'rgba(199, 155, 242, 0.2)',
    veil: 'rgba(23, 27, 33, 0.62)',
    quiet: '#929ca9',
    sight: 'rgba(108, 178, 245, 0.17)',
  },
}

const diverging: Readonly<Record<Theme, { readonly less: Rgb; readonly more: Rgb }>> = {
  light: { less: [11, 92, 173], more: [217, 108, 0] },
  dark: { less: [74, 157, 232], more: [242, 146, 44] },
}
const classes: Readonly<Record<Theme, { readonly reasoning: Rgb; readonly knowledge: Rgb }>> = {
  light: { reasoning: [246, 178, 107], knowledge: [214, 232, 250] },
  dark: { reasoning: [178, 96, 20], knowledge: [27, 58, 92] },
}

/** In the loss, clipped below, clipped above, dual clip, left out; Okabe and Ito's hues. */
const clips: Readonly<Record<Theme, readonly Rgb[]>> = {
  light: [
    [236, 239, 243],
    [140, 199, 236],
    [246, 178, 107],
    [222, 160, 196],
    [176, 184, 194],
  ],
  dark: [
    [36, 43, 52],
    [20, 84, 130],
    [150, 84, 20],
    [130, 60, 104],
    [84, 92, 104],
  ],
}

/** The part of a sequential scale over which it leaves the ground's own colour. */
const leadIn = 0.12

/**
 * The ground of a token. `part` is 0 to 1 on a sequential scale (cividis, which grows in lightness evenly and reads the same
 * for the colour-blind; from the ground's end of it, so that nothing stands out at 0), −1 to 1 on a diverging one, 0 or 1
 * for a class, and the place among the categories for a clip.
 */
export function groundColour(kind: ChannelKind, part: number, theme: Theme): Rgb {
  const surface = parseColour(heatmapPalettes[theme].surface)
  if (kind === 'class') return part >= 0.5 ? classes[theme].reasoning : classes[theme].knowledge
  if (kind === 'clip') return clips[theme][Math.round(part * (clipCategories.length - 1))]!
  if (kind === 'diverging') {
    const { less, more } = diverging[theme]
    return mix(surface, part < 0 ? less : more, Math.min(1, Math.abs(part)))
  }
  const bounded = Math.min(1, Math.max(0, part))
  const colour = parseColour(interpolateCividis(theme === 'light' ? 1 - bounded : bounded))
  return mix(surface, colour, Math.min(1, bounded / leadIn))
}

/** Levels a scale is cut into. */
const levels = 256

export interface ColourTable {
  readonly grounds: readonly string[]
  readonly texts: readonly string[]
}

/** A scale as a table of 256 grounds with the text colour of each. */
export function colourTable(kind: ChannelKind, theme: Theme): ColourTable {
  const grounds = Array.from({ length: levels }, (_, level) => {
    const part = level / (levels - 1)
    return groundColour(kind, kind === 'diverging' ? 2 * part - 1 : part, theme)
  })
  return { grounds: grounds.map((ground) => cssColour(ground)), texts: grounds.map(textColourOn) }
}

/** The level of each token's value in the table. `end` is the distance of the strongest colour from `origin`. */
export function colourLevels(
  kind: ChannelKind,
  values: Float32Array,
  end: number,
  origin = 0,
  shape: ScaleShape = 'linear',
): Uint8Array {
  const result = new Uint8Array(values.length)
  for (let token = 0; token < values.length; token++) {
    const value = values[token]!
    const part =
      kind === 'diverging'
        ? ((value - origin) / end + 1) / 2
        : kind === 'clip'
          ? value / (clipCategories.length - 1)
          : scalePart(Math.abs(value - origin), end, shape)
    result[token] = Math.round(Math.min(1, Math.max(0, part)) * (levels - 1))
  }
  return result
}

/** The level of each token's class. */
export function classLevels(reasoning: Uint8Array): Uint8Array {
  return reasoning.map((mark) => mark * (levels - 1))
}
