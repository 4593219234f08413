import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { type Block, toHtml, toMarkdown } from './blocks.ts'
import type { HeldOutSamples, StudyResults } from './cell.ts'
import { farBlocks } from './explanations.ts'
import { classFigure, curveFigure, passFigure, type Row } from './figures.ts'
import {
  endMean,
  type Interval,
  mean,
  passDifference,
  passGain,
  passInterval,
  passKs,
  startInterval,
} from './statistics.ts'
import type { Variant } from './variants.ts'

const title = 'Do entropy-aware methods keep entropy, and does it help?'
const baselineId = 'grpo'

/** Writes `README.md` with its figures, `report.html` and `results.json`; returns the path of the page. */
export async function writeReport(
  folder: string,
  results: StudyResults,
  variants: readonly Variant[],
): Promise<string> {
  const blocks = reportBlocks(results, variants)
  await mkdir(folder, { recursive: true })
  for (const block of blocks)
    if (block.kind === 'figure') await writeFile(join(folder, `${block.name}.svg`), `${block.svg}\n`)
  await writeFile(join(folder, 'README.md'), toMarkdown(title, blocks))
  await writeFile(join(folder, 'report.html'), toHtml(title, blocks))
  const cells = results.cells.map((cell) => JSON.stringify(cell)).join(',\n')
  const head = JSON.stringify({ setting: results.setting, start: results.start })
  await writeFile(join(folder, 'results.json'), `${head.slice(0, -1)},"cells":[\n${cells}\n]}\n`)
  return join(folder, 'report.html')
}

function reportBlocks(results: StudyResults, variants: readonly Variant[]): Block[] {
  const rows = variants.flatMap((variant): Row[] => {
    const cells = results.cells.filter((cell) => cell.variant === variant.id)
    return cells.length === 0 ? [] : [{ variant, cells: cells.toSorted((a, b) => a.seed - b.seed) }]
  })
  const baseline = rows.find(({ variant }) => variant.id === baselineId)
  return [
    {
      kind: 'paragraph',
      text: 'Written by `npm run study` from its runs. Every run has the same task, the same problems in the same order for the same seed, the same number of rollout batches and of sampled responses, and one thread of a CPU; only “When the clips act” has a budget of its own. With runs this small a difference inside its interval is no difference.',
    },
    { kind: 'heading', text: 'Answers' },
    { kind: 'list', items: answers(results, rows, baseline) },
    { kind: 'heading', text: 'Setting' },
    settingTable(results),
    variantTable(rows),
    ...notRun(variants, rows),
    { kind: 'heading', text: 'Held-out accuracy' },
    passTable(rows, results),
    passFigure(rows, results, baseline),
    gainTable(rows, results),
    ...(baseline ? [differenceTable(rows, baseline)] : []),
    { kind: 'heading', text: 'Entropy' },
    entropyTable(rows, results),
    curveFigure('entropy', rows, baseline, {
      label: 'nats',
      caption: 'Mean token entropy of the rollouts, nats: mean and range over the seeds (blue), GRPO (grey, dashed).',
    }),
    classFigure(rows),
    { kind: 'heading', text: 'Reward' },
    curveFigure('reward', rows, baseline, {
      label: 'reward',
      caption: 'Mean reward of the rollouts: mean and range over the seeds (blue), GRPO (grey, dashed).',
    }),
    ...farBlocks(results),
  ]
}

function notRun(variants: readonly Variant[], rows: readonly Row[]): Block[] {
  const missing = variants.filter((variant) => !rows.some((row) => row.variant === variant))
  if (missing.length === 0) return []
  const text = `Without a run here: ${missing.map(({ title }) => title).join(', ')}. \`npm run study\` goes on with them.`
  return [{ kind: 'paragraph', text }]
}

const settingTable = ({ setting, start }: StudyResults): Block => ({
  kind: 'table',
  head: ['setting', 'value'],
  rows: Object.entries({
    ...setting,
    evaluation: `${start.correct.length} held-out problems, ${start.n} samples each at temperature 1, the last checkpoint`,
    intervals:
      '95 % of 2000 resamples of problems and seeds; with few seeds they are too narrow, and with one they know nothing of the spread between seeds',
  }).map(([name, value]) => [name, String(value)]),
})

const variantTable = (rows: readonly Row[]): Block => ({
  kind: 'table',
  head: ['variant', 'source', 'what it is here', 'seeds'],
  rows: rows.map(({ variant, cells }) => [
    variant.title,
    variant.source,
    variant.note,
    cells.map(({ seed }) => seed).join(', '),
  ]),
})

const percent = (value: number): string => (100 * value).toFixed(1).replace('-', '−')
const interval = ({ mean: middle, low, high }: Interval): string =>
  `${percent(middle)} [${percent(low)}, ${percent(high)}]`

function passTable(rows: readonly Row[], { start }: StudyResults): Block {
  const ks = passKs.filter((k) => k <= start.n)
  const greedy = ({ greedy: correct, correct: problems }: HeldOutSamples): number => correct / problems.length
  return {
    kind: 'table',
    head: ['percent', 'seeds', 'greedy', `avg@${start.n}`, ...ks.slice(1).map((k) => `pass@${k}`)],
    rows: [
      ['**start**', '', percent(greedy(start)), ...ks.map((k) => interval(startInterval(start, k)))],
      ...rows.map(({ variant, cells }) => [
        variant.title,
        String(cells.length),
        percent(mean(cells.map(({ heldOut }) => greedy(heldOut)))),
        ...ks.map((k) => interval(passInterval(cells, k))),
      ]),
    ],
  }
}

function gainTable(rows: readonly Row[], { start }: StudyResults): Block {
  const ks = passKs.filter((k) => k <= start.n)
  return {
    kind: 'table',
    head: ['points above the start', 'seeds', ...ks.map(passName)],
    rows: rows.map(({ variant, cells }) => [
      variant.title,
      String(cells.length),
      ...ks.map((k) => interval(passGain(cells, start, k))),
    ]),
  }
}

function differenceTable(rows: readonly Row[], baseline: Row): Block {
  const ks = passKs.filter((k) => k <= baseline.cells[0]!.heldOut.n)
  return {
    kind: 'table',
    head: ['points above GRPO, same seeds', 'seeds', ...ks.map(passName)],
    rows: rows
      .filter((row) => row !== baseline)
      .map(({ variant, cells }) => {
        const differences = ks.map((k) => passDifference(cells, baseline.cells, k))
        return [
          variant.title,
          String(differences[0]?.seeds ?? 0),
          ...differences.map((difference) => (difference ? interval(difference.interval) : '–')),
        ]
      }),
  }
}

const passName = (k: number): string => (k === 1 ? 'avg' : `pass@${k}`)

function entropyTable(rows: readonly Row[], { start }: StudyResults): Block {
  const nats = (value: number | undefined): string => value?.toFixed(4) ?? '–'
  const columns = ({
    entropy,
    entropyHigh,
    entropyLow,
    repetition,
    meanLength,
    truncated,
  }: HeldOutSamples): string[] => [
    nats(entropy),
    nats(entropyHigh),
    nats(entropyLow),
    percent(repetition),
    meanLength.toFixed(1),
    percent(truncated),
  ]
  const meanOf = (cells: Row['cells']): HeldOutSamples => {
    const of = (name: Exclude<keyof HeldOutSamples, 'correct'>): number =>
      mean(cells.map(({ heldOut }) => heldOut[name]))
    return {
      n: start.n,
      correct: [],
      greedy: of('greedy'),
      entropy: of('entropy'),
      entropyHigh: of('entropyHigh'),
      entropyLow: of('entropyLow'),
      repetition: of('repetition'),
      meanLength: of('meanLength'),
      truncated: of('truncated'),
    }
  }
  return {
    kind: 'table',
    head: [
      'variant',
      'rollouts, first steps',
      'rollouts, last steps',
      'held out',
      'highest fifth',
      'the rest',
      'repetition, %',
      'tokens',
      'truncated, %',
    ],
    rows: [
      ['**start**', '', '', ...columns(start)],
      ...rows.map(({ variant, cells }) => [
        variant.title,
        nats(endMean(cells, 'entropy', 'first')),
        nats(endMean(cells, 'entropy', 'last')),
        ...columns(meanOf(cells)),
      ]),
    ],
  }
}
