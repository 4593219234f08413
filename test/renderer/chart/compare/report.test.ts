import { expect, test } from 'vitest'
import { runConfigSchema } from '../../../../src-preload/contract/config.ts'
import type { RunDetail } from '../../../../src-preload/contract/run.ts'
import { type Comparison, comparisonReport } from '../../../../src-renderer/chart/compare/report.ts'
import { emptyColumns, mergeSeries } from '../../../../src-renderer/lib/run-columns.ts'
import { runSummaryOf } from '../../../helpers/run-summary.ts'

const hostile = `</title><script>alert(1)</script><img src=x onerror='alert(2)'> " onload="alert(3)`

function reportRun(
  id: string,
  name: string,
  seed: number,
  reward: readonly number[],
  method: 'archer' | 'grpo' = 'archer',
) {
  const columns = emptyColumns()
  const steps = reward.map((_, index) => index + 1)
  mergeSeries(columns, { runId: id, steps, atMs: steps, elapsedMs: steps, values: { reward } })
  const evaluation = { step: 2, dataset: hostile, problems: 9, n: 1 }
  const detail = {
    summary: runSummaryOf({ id, name, tags: [hostile], method }),
    config: runConfigSchema.parse({ name, seed, method: { name: method }, model: hostile }),
    evaluations: [{ ...evaluation, metrics: { 'eval/avg': 0.5, 'eval/avg/stderr': 0.1 } }],
  } as unknown as RunDetail
  return { detail, columns }
}

const comparison: Comparison = {
  runs: [
    reportRun('base', 'grpo', 1, [0.25, 0.5], 'grpo'),
    reportRun('a', hostile, 1, [0.5, 0.75]),
    reportRun('b', hostile, 2, [0.5, 1]),
  ],
  ...{ baseline: 0, grouped: true, difference: false, band: 'range', smoothing: 0, choice: 'last' },
  pairs: [
    null,
    { prompts: 20, leftMeanStep: 5.5, rightMeanStep: 7, leftBetter: 1, rightBetter: 9, gained: 7, lost: 1, pairs: [] },
    null,
  ],
}

test('a comparison holds values against the baseline, differences, intervals, wins, and seeds as a band', () => {
  const html = comparisonReport(comparison)
  expect(html).toContain(
    '<td class="number">0.5</td><td class="number">0.75 (+50.0 %)</td><td class="number">1 (+100.0 %)</td>',
  )
  expect(html).toContain('method.name')
  expect(html).toContain('50.0 % (30.4 % to 69.6 %)')
  expect(html).toMatch(/>7\.0<.*>5\.5<.*<td class="number">20<\/td>.*60 % – 98 %.*0\.021/)
  expect(html.match(/<svg/g)).toHaveLength(1)
  expect(html.match(/fill-opacity="0.16"/g)).toHaveLength(1)
  expect(html).toContain(', 2 seeds 0.875')
  expect(comparisonReport({ ...comparison, grouped: false })).not.toContain('fill-opacity')
})

test('chosen steps are shown one by one and as their mean, against the baseline', () => {
  const html = comparisonReport({ ...comparison, choice: [[1, 2]] })
  expect([...html.matchAll(/<h2>(Metrics.*?)<\/h2>/g)].map(([, title]) => title)).toEqual([
    'Metrics, mean over steps 1–2',
    'Metrics, step 1',
    'Metrics, step 2',
  ])
  expect(html).toContain(
    '<td class="number">0.375</td><td class="number">0.625 (+66.7 %)</td><td class="number">0.75 (+100.0 %)</td>',
  )
})

test('nothing of a run is markup, and the page can neither run nor load anything', () => {
  const html = comparisonReport(comparison)
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(html).not.toMatch(/<script|<img|onload="|onerror='/)
  const tags = new Set([...html.matchAll(/<([a-z0-9]+)/g)].map((match) => match[1]))
  const known = [
    ...[
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'h1',
      'h2',
      'h3',
      'p',
      'nav',
      'ul',
      'li',
      'a',
      'section',
      'div',
    ],
    ...[
      'details',
      'summary',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'figure',
      'svg',
      'rect',
      'text',
      'line',
      'path',
    ],
  ]
  expect([...tags].filter((tag) => !known.includes(tag!))).toEqual([])
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href="(?!#)|@import|url\(/)
})

test('seeds are held together in a table and the curves, and curves may be differences to the group of the baseline', () => {
  const html = comparisonReport({ ...comparison, baseline: 2, difference: true })
  expect(html).toContain('<p>mean, least to greatest</p>')
  expect(html).toMatch(/>Reward<\/td><td class="number">0\.5<\/td><td class="number">0\.875 \(0\.75 to 1\)</)
  expect(html).toContain('>Curves, difference to the baseline</h2>')
  // The two seeds are the baseline together: their own line would be zero everywhere.
  expect(html.match(/<path /g)).toHaveLength(2)
  expect(html).toContain('grpo −0.375')
})
