/** What lies behind two of the results: how often the clips act, and whether OPEFO’s balance is one of entropy. */
import type { Block } from './blocks.ts'
import type { Cell, CurveName, StudyResults } from './cell.ts'
import { farRate, farUpdates, farVariants } from './far-variants.ts'
import type { Row } from './figures.ts'
import { mean, passDifference, passInterval, startInterval } from './statistics.ts'
import { percent, seedCount, signedPoints, withBounds } from './words.ts'

/** Mean of a metric over all steps and seeds; undefined where it was not recorded. */
function runMean(cells: readonly Cell[], name: CurveName): number | undefined {
  const values = cells.flatMap(({ curves }) => (curves[name] ?? []).filter((value) => value !== null))
  return values.length === 0 ? undefined : mean(values)
}

const share = (value: number | undefined): string => (value === undefined ? '–' : `${(100 * value).toFixed(2)} %`)

/** How often the ratio clip takes a gradient, which bounds what an ablation of the clip can show. */
export function clipAnswer(rows: readonly Row[]): string {
  const clipped = rows.flatMap(({ variant, cells }) => {
    const value = runMean(cells, 'clip_ratio')
    return value ? [{ title: variant.title, value }] : []
  })
  if (clipped.length === 0) return ''
  const list = clipped
    .toSorted((a, b) => b.value - a.value)
    .map(({ title, value }) => `${title} ${share(value)}`)
    .join(', ')
  return `**How often do the clips act?** Share of all tokens outside the ratio clip where it binds, mean over the run: ${list}. Four fifths of the tokens are all but certain and never leave the clip, so among the others it is about five times as many, and still few: here variants that differ in the clip alone are nearly the same method, and a difference between them is mostly chance. The section “When the clips act” asks again where they do.`
}

/** The forms of OPEFO beside the control that has its updates without its weights. */
export function opefoAnswer(rows: readonly Row[], { start }: StudyResults): string {
  const [sampled, exact, control] = ['opefo', 'opefo-exact', 'grpo-on-policy'].map((id) =>
    rows.find(({ variant }) => variant.id === id),
  )
  if (!sampled || !exact || !control) return ''
  const told = ({ variant, cells }: Row): string => {
    const entropy = mean(cells.map(({ heldOut }) => heldOut.entropy)) / start.entropy
    return `${variant.title} ${percent(entropy)} and ${percent(passInterval(cells, 1).mean)}`
  }
  const [own, other] = [runMean(exact.cells, 'opefo/lambda'), runMean(exact.cells, 'entropy_flow/lambda')]
  const lambdas =
    own === undefined || other === undefined
      ? ''
      : ` Lambda is ${own.toFixed(2)} on average in the exact form; the sampled form on the same responses would have had ${other.toFixed(2)}, and the paper’s stays near 0.001.`
  const against = passDifference(exact.cells, control.cells, 1)
  const difference = against
    ? ` The exact form against the control on ${seedCount(against.seeds)}: pass@1 ${withBounds(against.interval)}.`
    : ''
  return `**Does OPEFO hold entropy?** Held-out entropy in percent of the start’s, and pass@1: ${[sampled, exact, control].map(told).join(', ')}.${lambdas}${difference} Only the exact form is the first-order change of entropy, for plain descent on each position’s own logits; what shared weights and AdamW do beside that is balanced by none. The sampled one counts an unlikely token by 1/π too much; in this task one unlikely token makes a response wrong, so advantage and probability go together, lambda is large, and likely tokens of wrong responses are unlearned more than those of right ones are learned.`
}

/** The variants whose updates go far off policy, with what the clips do there. */
export function farBlocks(results: StudyResults): Block[] {
  const rows = farVariants.flatMap((variant): Row[] => {
    const cells = results.cells.filter((cell) => cell.variant === variant.id)
    return cells.length === 0 ? [] : [{ variant, cells: cells.toSorted((a, b) => a.seed - b.seed) }]
  })
  if (rows.length === 0) return []
  const { n } = results.start
  const ks = [1, 16, 64].filter((k) => k <= n)
  return [
    { kind: 'heading', text: 'When the clips act' },
    {
      kind: 'paragraph',
      text: `To give the clips something to do, these runs make ${farUpdates} updates of each of ${rows[0]!.variant.steps} rollout batches at a rate of ${farRate}: half the batches, twice the updates of each and twice the rate of the runs above, else the same task. They are compared with each other only.`,
    },
    {
      kind: 'table',
      head: [
        'variant',
        'what it is here',
        'seeds',
        'clipped, reasoning',
        'clipped, knowledge',
        ...ks.map((k) => (k === 1 ? `avg@${n}, %` : `pass@${k}, %`)),
        'held-out entropy, nats',
      ],
      rows: rows.map(({ variant, cells }) => [
        variant.title,
        variant.note,
        cells.map(({ seed }) => seed).join(', '),
        share(runMean(cells, 'clip_ratio/reasoning')),
        share(runMean(cells, 'clip_ratio/knowledge')),
        ...ks.map((k) => {
          const { mean: middle, low, high } = passInterval(cells, k)
          return `${(100 * middle).toFixed(1)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
        }),
        mean(cells.map(({ heldOut }) => heldOut.entropy)).toFixed(4),
      ]),
    },
    ...farDifference(rows, ks),
    againstStart(rows, results),
  ]
}

/** Whether such updates still learn. */
function againstStart(rows: readonly Row[], { start }: StudyResults): Block {
  const from = startInterval(start, 1).mean
  const below = rows.filter(({ cells }) => passInterval(cells, 1).mean < from)
  const outcome =
    below.length === rows.length
      ? 'all of these end below it: here updates that leave the clip so often are too large to learn from, whatever the clip lets through'
      : below.length === 0
        ? 'all of these end above it'
        : `${below.map(({ variant }) => variant.title).join(', ')} ends below it`
  return { kind: 'paragraph', text: `The start has an avg@${start.n} of ${percent(from)}; ${outcome}.` }
}

function farDifference([archer, equal]: readonly Row[], ks: readonly number[]): Block[] {
  if (!archer || !equal) return []
  const differences = ks.flatMap((k) => {
    const difference = passDifference(archer.cells, equal.cells, k)
    return difference ? [{ k, ...difference }] : []
  })
  const [first] = differences
  if (!first) return []
  const list = differences.map(({ k, interval }) => `pass@${k} ${withBounds(interval)}`).join(', ')
  const clear = differences.filter(({ interval }) => interval.low > 0 || interval.high < 0)
  const verdict =
    clear.length === 0
      ? 'No interval excludes zero: over these seeds the unequal clips are not told apart from equal ones.'
      : `With an interval that excludes zero: ${clear.map(({ k, interval }) => `pass@${k} ${signedPoints(interval.mean)}`).join(', ')}.`
  return [
    {
      kind: 'paragraph',
      text: `Archer against equal clips on ${seedCount(first.seeds)}: ${list}. ${verdict}`,
    },
  ]
}
