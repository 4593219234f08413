import type { Theme } from '../lib/view-state.ts'

/** Colours of what a chart draws besides its lines. */
export interface ChartPalette {
  readonly surface: string
  readonly ink: string
  readonly quiet: string
  readonly grid: string
  readonly crosshair: string
  readonly brush: string
  /** Okabe and Ito's colour-blind-safe hues, shaded to 3:1 or more on the surface. */
  readonly lines: readonly string[]
  readonly neutral: string
  readonly reasoning: string
  readonly knowledge: string
}

export const chartPalettes: Readonly<Record<Theme, ChartPalette>> = {
  light: {
    surface: '#ffffff',
    ink: '#14181e',
    quiet: '#5f6875',
    grid: '#e8ebef',
    crosshair: '#5f6875',
    brush: 'rgba(11, 92, 173, 0.15)',
    lines: ['#0072b2', '#d55e00', '#00805c', '#b0508b', '#946c00', '#2f86b5', '#14181e'],
    neutral: '#3a424e',
    reasoning: '#c85200',
    knowledge: '#0072b2',
  },
  dark: {
    surface: '#171b21',
    ink: '#e7eaef',
    quiet: '#929ca9',
    grid: '#262d36',
    crosshair: '#929ca9',
    brush: 'rgba(108, 178, 245, 0.2)',
    lines: ['#56b4e9', '#e69f00', '#2fbf94', '#d88cb6', '#f0e442', '#4a90d9', '#e7eaef'],
    neutral: '#c3cad4',
    reasoning: '#f29e4c',
    knowledge: '#56b4e9',
  },
}

const printed = new Map(
  [...chartPalettes.dark.lines, ...classColours(chartPalettes.dark)].map((colour, index) => [
    colour,
    [...chartPalettes.light.lines, ...classColours(chartPalettes.light)][index]!,
  ]),
)

/** The colour of a line on paper: bright ones of the dark theme would not be seen there. */
export const onPaper = (colour: string): string => printed.get(colour) ?? colour

function classColours({ neutral, reasoning, knowledge }: ChartPalette): string[] {
  return [neutral, reasoning, knowledge]
}

/** Dash patterns in the order of the lines: the second channel beside colour. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2], [1, 3]]

export const lineColour = (palette: ChartPalette, index: number): string => palette.lines[index % palette.lines.length]!

/** Each round of the colours has them with the next dashes, so that no two of the first 49 lines look alike. */
export function lineDash(index: number): readonly number[] {
  const round = Math.floor(index / dashes.length)
  return dashes[(index + round) % dashes.length]!
}
