import type { Block } from './blocks.ts'
import type { Cell, CurveName, StudyResults } from './cell.ts'
import { type Line, panelGrid } from './chart.ts'
import { meanCurve, passInterval, passKs, startInterval } from './statistics.ts'
import type { Variant } from './variants.ts'

/** A variant with the cells there are of it. */
export interface Row {
  readonly variant: Variant
  readonly cells: readonly Cell[]
}

/** Steps to either side over which curves are averaged. */
const window = 2
const grey = '#8c959f'
const blue = '#0969da'
const orange = '#bc4c00'

/** Curves of a metric, one panel a variant, with the baseline in grey. */
export function curveFigure(
  name: CurveName,
  rows: readonly Row[],
  baseline: Row | undefined,
  texts: { readonly label: string; readonly caption: string },
): Block {
  const lineOf = (cells: readonly Cell[], colour: string, band: boolean): Line => ({
    points: meanCurve(cells, name, window).map(({ step, mean, low, high }) => ({ x: step, y: mean, low, high })),
    colour,
    band,
  })
  const baselineLines = baseline ? [{ ...lineOf(baseline.cells, grey, false), dashed: true }] : []
  const panels = rows.map(({ variant, cells }) => ({
    title: variant.title,
    lines: [...(variant === baseline?.variant ? [] : baselineLines), lineOf(cells, blue, true)],
  }))
  const steps = Math.max(1, ...panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ x }) => x))))
  const xTicks = [1, Math.round(steps / 2), steps]
  const svg = panelGrid(panels, { label: texts.label, description: texts.caption, xLabel: 'step', xTicks })
  return { kind: 'figure', name: name.replaceAll('/', '-'), svg, caption: texts.caption }
}

/** Entropy of both classes over the steps. */
export function classFigure(rows: readonly Row[]): Block {
  const line = (cells: readonly Cell[], name: CurveName, colour: string): Line => ({
    points: meanCurve(cells, name, window).map(({ step, mean }) => ({ x: step, y: mean })),
    colour,
  })
  const panels = rows.map(({ variant, cells }) => ({
    title: variant.title,
    lines: [line(cells, 'entropy/reasoning', orange), line(cells, 'entropy/knowledge', blue)],
  }))
  const steps = Math.max(1, ...rows.flatMap(({ cells }) => cells.map(({ curves }) => curves.entropy?.length ?? 0)))
  const caption =
    'Entropy of the tokens each method calls high-entropy (orange) and of the others (blue), nats, mean over the seeds.'
  const axes = { label: 'nats', description: caption, xLabel: 'step', xTicks: [1, Math.round(steps / 2), steps] }
  return { kind: 'figure', name: 'entropy-by-class', svg: panelGrid(panels, axes), caption }
}

/** pass@k against k, one panel a variant, with the starting policy and the baseline. */
export function passFigure(rows: readonly Row[], { start }: StudyResults, baseline: Row | undefined): Block {
  const ks = passKs.filter((k) => k <= start.n)
  const startLine: Line = {
    points: ks.map((k) => ({ x: k, y: startInterval(start, k).mean })),
    colour: grey,
    dashed: true,
  }
  const lineOf = (cells: readonly Cell[], colour: string, band: boolean): Line => ({
    points: ks.map((k) => {
      const { mean, low, high } = passInterval(cells, k)
      return { x: k, y: mean, low, high }
    }),
    colour,
    band,
  })
  const baselineLine = baseline ? [lineOf(baseline.cells, grey, false)] : []
  const panels = rows.map(({ variant, cells }) => ({
    title: variant.title,
    lines: [startLine, ...(variant === baseline?.variant ? [] : baselineLine), lineOf(cells, blue, true)],
  }))
  const caption =
    'pass@k on the held-out problems with 95 % intervals (blue); the starting policy (grey, dashed) and GRPO (grey).'
  const axes = { label: 'pass@k', description: caption, xLabel: 'k', xTicks: ks, logarithmic: true }
  return { kind: 'figure', name: 'pass-at-k', svg: panelGrid(panels, axes), caption }
}
