import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { RunPhase } from '../../../src-preload/contract/run.ts'
import { msg } from '../../lib/i18n/translate.ts'
import type { RunColumns } from '../../lib/run-columns.ts'

const prefix = 'timing_s/'

/** Whether a metric is the time of a part of a step. */
export const isTiming = (name: string): boolean => name.startsWith(prefix)

/** The phases of a step in the order they run in. */
export const stepPhases = ['generate', 'verify', 'reference', 'update', 'record'] as const satisfies readonly RunPhase[]
export type StepPhase = (typeof stepPhases)[number]

export const phaseLabels: Readonly<Record<StepPhase | 'other', string>> = {
  generate: msg('Generation'),
  verify: msg('Verification'),
  reference: msg('Scoring'),
  update: msg('Training'),
  record: msg('Storage'),
  other: msg('Other'),
}

export interface TimePart {
  /** A phase of the loop, another timing that was recorded, or `other`: what no timing accounts for. */
  readonly id: string
  readonly label: string
  readonly seconds: number
}

const isPhase = (id: string): id is StepPhase => (stepPhases as readonly string[]).includes(id)
const labelOf = (id: string): string =>
  isPhase(id) || id === 'other' ? phaseLabels[id] : metricInfo(prefix + id).label
const rank = (id: string): number => (isPhase(id) ? stepPhases.indexOf(id) : stepPhases.length)

/**
 * How the wall time of a step divides, in the order of the phases; `seconds` by timing, `step` is the whole. Storing is timed
 * with the step after the stored one, whose wall time does not hold it.
 */
export function timeParts(seconds: ReadonlyMap<string, number>): TimePart[] {
  const parts = [...seconds]
    .filter(([id, value]) => id !== 'step' && value > 0)
    .map(([id, value]) => ({ id, label: labelOf(id), seconds: value }))
    .sort((a, b) => rank(a.id) - rank(b.id))
  const within = parts.reduce((sum, { id, seconds: part }) => sum + (id === 'record' ? 0 : part), 0)
  const whole = seconds.get('step') ?? within
  const rest = whole - within
  return rest > 0.005 * whole ? [...parts, { id: 'other', label: labelOf('other'), seconds: rest }] : parts
}

export interface StepTime {
  readonly step: number
  readonly parts: readonly TimePart[]
  readonly seconds: number
}

/** The last steps that were timed, oldest first. */
export function recentStepTimes({ steps, values }: RunColumns, count: number): StepTime[] {
  const names = [...values.keys()].filter(isTiming)
  const found: StepTime[] = []
  for (let row = steps.length - 1; row >= 0 && found.length < count; row--) {
    const seconds = new Map(names.map((name) => [name.slice(prefix.length), values.get(name)!.at(row) ?? 0]))
    const parts = timeParts(seconds)
    if (parts.length === 0) continue
    found.push({ step: steps[row]!, parts, seconds: parts.reduce((sum, part) => sum + part.seconds, 0) })
  }
  return found.reverse()
}

/** Mean of each part over some steps, in their order, with the share of the whole. */
export function meanParts(times: readonly StepTime[]): (TimePart & { readonly share: number })[] {
  const sums = new Map<string, TimePart>()
  for (const part of times.flatMap(({ parts }) => parts))
    sums.set(part.id, { ...part, seconds: part.seconds + (sums.get(part.id)?.seconds ?? 0) })
  const whole = times.reduce((sum, { seconds }) => sum + seconds, 0)
  return [...sums.values()]
    .sort((a, b) => rank(a.id) - rank(b.id))
    .map((part) => ({ ...part, seconds: part.seconds / times.length, share: part.seconds / whole }))
}
