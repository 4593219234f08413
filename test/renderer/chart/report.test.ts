import { expect, test } from 'vitest'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import type { RunDetail } from '../../../src-preload/contract/run.ts'
import { niceScale } from '../../../src-renderer/chart/nice-scale.ts'
import { runReport } from '../../../src-renderer/chart/report.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'

test('scales of drawings end at round numbers around the values', () => {
  const scale = niceScale([0.13, 0.87])
  expect([scale.min, scale.max]).toEqual([0, 1])
  expect(scale.ticks.map((tick) => tick.label)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1'])
  expect(scale.part(0.5)).toBe(0.5)
  expect(niceScale([]).max).toBe(1)
  const flat = niceScale([3, 3])
  expect(flat.min).toBeLessThanOrEqual(3)
  expect(flat.max).toBeGreaterThan(flat.min)
})

test('a report holds the run and nothing from elsewhere; hostile names are text', () => {
  const columns = emptyColumns()
  mergeSeries(columns, {
    runId: 'run',
    steps: [1, 2],
    atMs: [0, 1],
    elapsedMs: [0, 1],
    values: { reward: [0.25, 0.5], kl: [null, 0.01] },
  })
  const detail = {
    config: runConfigSchema.parse({ name: 'x' }),
    summary: {
      id: 'run',
      name: '<script>alert(1)</script>',
      status: 'finished',
      method: 'archer',
      model: 'm',
      tags: ['a'],
      notes: 'first\n<b>second</b>',
      step: 2,
      steps: 2,
      elapsedMs: 60_000,
      createdAtMs: 0,
      lastReward: 0.5,
      lastAccuracy: null,
    },
    evaluations: [{ step: 2, dataset: 'd', problems: 1, n: 1, metrics: { 'eval/avg': 0.5, 'eval/avg/stderr': 0.1 } }],
  } as unknown as RunDetail
  const html = runReport({ detail, columns }, 0.6)
  expect(html).not.toContain('<script')
  expect(html).not.toContain('<b>')
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|href="(?!#)|@import|url\(/)
  expect(html.match(/<svg/g)).toHaveLength(2)
  expect(html).toContain('50.0 % ± 10.0 %')
  expect(html).toContain('token_entropy_quantile: 0.8')
  expect(html).toContain('first<br>&lt;b&gt;second')
  const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)
  expect(titles).toEqual(['Notes', 'Curves', 'Held-out evaluations', 'Metrics, last step', 'Config'])
  expect(html).toContain('Bold lines are smoothed with weight 0.6;')
  const anchors = [...html.matchAll(/href="#(.*?)"/g)].map(([, anchor]) => anchor)
  expect(anchors.length).toBeGreaterThan(titles.length)
  for (const anchor of anchors) expect(html.match(new RegExp(`id="${anchor}"`, 'g'))).toHaveLength(1)
  const chosen = runReport({ detail, columns }, 0.6, [[1, 2]])
  const heads = ['step 1', 'step 2', 'Mean', 'Least', 'Greatest'].map((head) => `<th class="number">${head}</th>`)
  expect(chosen).toContain(heads.join(''))
  const reward = ['0.25', '0.5', '0.375', '0.25', '0.5'].map((value) => `<td class="number">${value}</td>`).join('')
  expect(chosen).toContain(reward)
})
