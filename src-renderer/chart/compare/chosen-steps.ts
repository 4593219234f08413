import { t } from '../../lib/i18n/translate.ts'

/** Steps from one to another, both among them. */
export type StepRange = readonly [from: number, to: number]

/** Which steps of each run a table shows: its last, that of its best value, or those that are named. */
export type StepChoice = 'last' | 'best' | readonly StepRange[]

/** `last`, `best`, or steps such as `10, 20, 40-60`; null for anything else. */
export function parseSteps(text: string): StepChoice | null {
  if (text === 'last' || text === 'best') return text
  const ranges = text
    .split(',')
    .map((part) => /^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$/.exec(part))
    .map((found) => found && ([Number(found[1]), Number(found[2] ?? found[1])] as const))
  return ranges.every((range) => range !== null && range[0] <= range[1]) ? (ranges as StepRange[]) : null
}

const stepsText = (ranges: readonly StepRange[]): string =>
  ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')

/** The named steps that a run has recorded, ascending. */
export const stepsAmong = (steps: readonly number[], ranges: readonly StepRange[]): number[] =>
  steps.filter((step) => ranges.some(([from, to]) => step >= from && step <= to))

/** What the values of a choice are, for a heading. */
export function choiceText(choice: StepChoice): string {
  if (choice === 'last') return t('last step')
  if (choice === 'best') return t('best step')
  const [first, ...more] = choice
  if (first && more.length === 0 && first[0] === first[1]) return t('step {step}', { step: String(first[0]) })
  return t('mean over steps {steps}', { steps: stepsText(choice) })
}
