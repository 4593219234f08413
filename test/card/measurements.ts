/**
 * The measurement log: for each figure what was predicted before it was measured, for which state of the code, and what came
 * out. Whoever changes the code for the sake of a figure changes its prediction and says what was changed; the lines of all
 * runs together are the log.
 */
import { isObject, ratios, type Step } from './report.ts'

interface Prediction {
  /** Step and dotted name of the figure, or `ratio` and a part compared with PyTorch. */
  readonly figure: string
  readonly aim?: number
  readonly prediction: number
  /** What was changed since the figure was measured last. */
  readonly change: string
}

const first = 'nothing: the first run on a card'

/** From bytes and operations alone, less what kernels of the kind commonly lose. */
const predictions: readonly Prediction[] = [
  { figure: 'bench generation.shareOfMemoryFloor', aim: 0.6, prediction: 0.4, change: first },
  { figure: 'bench training.utilization', aim: 0.5, prediction: 0.35, change: first },
  { figure: 'bench tokenStats.shareOfFloor', prediction: 0.6, change: first },
  { figure: 'ratio training', aim: 1.2, prediction: 1, change: first },
  { figure: 'ratio generation', aim: 4, prediction: 5, change: first },
  { figure: 'ratio tokenStats', prediction: 2, change: first },
]

export interface Measurement extends Prediction {
  /** Null where it was not measured. */
  readonly result: number | null
  readonly card: string | null
  readonly at: string
}

function figureOf(steps: readonly Step[], figure: string): number | null {
  const [step, path] = figure.split(' ') as [string, string]
  if (step === 'ratio') return ratios(steps).find(([name]) => name === path)?.[1] ?? null
  let value: unknown = steps.find(({ name }) => name === step)?.result
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined
  return typeof value === 'number' ? value : null
}

/** A line for each prediction. */
export function measurements(steps: readonly Step[], now = new Date()): Measurement[] {
  const name = steps.find(({ name }) => name === 'card')?.result?.name
  const card = typeof name === 'string' ? name : null
  return predictions.map((each) => ({
    ...each,
    result: figureOf(steps, each.figure),
    ...{ card, at: now.toISOString() },
  }))
}
