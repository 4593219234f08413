/** What is wrong with a step's result, in a sentence. */
import { isObject, type Step } from './report.ts'

type Result = Readonly<Record<string, unknown>>
type Judge = (result: Result, earlier: readonly Step[]) => string | undefined

/** The recipe's answers to problems held out, and how far two runs of it may lie apart: they draw other tokens. */
const accuracyMetric = 'eval/avg'
const accuracyTolerance = 0.05

const accuracyOf = (result: unknown): number | undefined => {
  const metrics = isObject(result) ? result.metrics : undefined
  const accuracy = isObject(metrics) ? metrics[accuracyMetric] : undefined
  return typeof accuracy === 'number' ? accuracy : undefined
}

/** Parts of a result that tell of a failure of their own. */
const failedParts = (result: Result): string | undefined => {
  const failed = Object.entries(result).flatMap(([name, part]) =>
    isObject(part) && part.failed !== undefined ? [`${name}: ${part.failed}`] : [],
  )
  return failed.length > 0 ? failed.join('; ') : undefined
}

const judges: Readonly<Record<string, Judge>> = {
  cpu: ({ status, detail }) => (status === undefined || status === 'usable' ? undefined : String(detail)),
  equality: (result) => {
    const limits = result.limits as Readonly<Record<string, number>>
    const over = Object.entries(limits).flatMap(([precision, limit]) =>
      Object.entries(result[precision] as Readonly<Record<string, number>>).flatMap(([what, error]) =>
        error <= limit ? [] : [`${what} in ${precision} differ by ${error}, more than ${limit}`],
      ),
    )
    return over.length > 0 ? `${over.join('; ')}.` : undefined
  },
  conformance: ({ tests, failed, leftOut }) => {
    const names = (failed as readonly { name: string; failure: string }[]).map(({ name }) => name)
    if (names.length > 0) return `${names.length} of ${tests} tests failed: ${names.slice(0, 5).join('; ')}.`
    return leftOut ? `${leftOut} tests were left out for want of time.` : undefined
  },
  archer: (result, earlier) => {
    const own = accuracyOf(result)
    const onCpu = accuracyOf(earlier.find(({ name }) => name === 'archer on the CPU')?.result)
    if (own === undefined || onCpu === undefined)
      return 'The accuracies on card and CPU were not compared: one is missing.'
    if (Math.abs(own - onCpu) <= accuracyTolerance) return undefined
    return `The accuracy is ${own} on the card and ${onCpu} on the CPU, more than ${accuracyTolerance} apart.`
  },
  bench: failedParts,
  torch: (result) => (result.missing ? `Nothing was compared with PyTorch: ${result.missing}.` : failedParts(result)),
}

/** Why a step did not pass; undefined where it did. `earlier` are the steps before it. */
export function verdict({ name, failure, result }: Step, earlier: readonly Step[]): string | undefined {
  if (failure !== undefined) return failure
  if (!result) return 'It printed no result.'
  return judges[name]?.(result, earlier)
}
