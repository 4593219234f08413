import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Cell, HeldOutSamples, StudyResults } from '../../src-main/study/cell.ts'
import { studyResultsSchema } from '../../src-main/study/cell.ts'
import { panelGrid } from '../../src-main/study/chart.ts'
import { farUpdates, farVariants } from '../../src-main/study/far-variants.ts'
import { writeReport } from '../../src-main/study/report.ts'
import { cellConfig, type Variant, variants } from '../../src-main/study/variants.ts'
import { updatesPerRollout } from '../../src-preload/contract/warnings.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const heldOut = (correct: number): HeldOutSamples => ({
  n: 8,
  correct: [correct, correct + 1, correct + 2],
  greedy: 1,
  entropy: 0.05,
  entropyHigh: 0.2,
  entropyLow: 0.001,
  repetition: 0.01,
  meanLength: 60,
  truncated: 0,
})
const cell = ({ id }: Pick<Variant, 'id'>, seed: number, correct: number): Cell => ({
  variant: id,
  seed,
  curves: { entropy: [0.05, 0.04, 0.03], reward: [0.2, 0.3, 0.4], 'entropy/reasoning': [0.2, 0.2, 0.1] },
  heldOut: heldOut(correct),
})
const variantOf = (id: string): Variant => variants.find((variant) => variant.id === id)!
const results = (cells: Cell[]): StudyResults => ({ setting: { task: 'sums' }, start: heldOut(0), cells })
const read = async (cells: Cell[]): Promise<{ markdown: string; html: string; data: unknown }> => {
  const folder = temporaryFolder()
  await writeReport(folder, results(cells), variants)
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return { markdown: text('README.md'), html: text('report.html'), data: JSON.parse(text('results.json')) }
}

test('a partial matrix says how many seeds each line has, and leaves out what has none', async () => {
  const [grpo, archer] = [variantOf('grpo'), variantOf('archer')]
  const { markdown, html, data } = await read([cell(archer, 1, 5), cell(grpo, 2, 1), cell(grpo, 1, 1)])
  expect(markdown).toContain('| GRPO | 2 |')
  expect(markdown).toContain('| Archer (paper) | 1 |')
  expect(markdown).not.toContain('DAPO | ')
  expect(markdown).toMatch(/Without a run here: .*DAPO/)
  expect(markdown).toMatch(/Does GRPO’s entropy collapse\?.* from 0\.0400 nats/)
  expect(markdown).toContain('No variant has 2 seeds in common with GRPO')
  expect(html).toContain('<svg')
  expect(studyResultsSchema.parse(data).cells).toHaveLength(3)
})

test('who is told apart from the baseline has its interval on one side of zero, over several seeds', async () => {
  const cells = [1, 2].flatMap((seed) => [
    cell(variantOf('grpo'), seed, 3),
    cell(variantOf('archer'), seed, 5),
    cell(variantOf('archer-batch-quantile'), seed, 5),
    cell(variantOf('dapo'), seed, 3),
  ])
  const { markdown } = await read(cells)
  expect(markdown).toMatch(/gains pass@1 .*Of the 3 .*: Archer \(paper\), Archer, batch quantile; below: nobody\./)
  expect(markdown).toMatch(/Does the response-level quantile matter\?\*\* .* on 2 seeds: pass@1 \+0\.0 points/)
})

const withCurves = (made: Cell, curves: Cell['curves']): Cell => ({ ...made, curves: { ...made.curves, ...curves } })

test('the report says how often the clips act, and what OPEFO’s forms do', async () => {
  const { markdown } = await read([
    withCurves(cell(variantOf('grpo'), 1, 3), { clip_ratio: [0.004, null, 0.006] }),
    withCurves(cell(variantOf('archer'), 1, 3), { clip_ratio: [0.002, 0.002, 0.002] }),
    cell(variantOf('opefo'), 1, 0),
    withCurves(cell(variantOf('opefo-exact'), 1, 4), { 'opefo/lambda': [0.2, 0.1], 'entropy_flow/lambda': [0.7, 0.5] }),
    cell(variantOf('grpo-on-policy'), 1, 3),
  ])
  expect(markdown).toMatch(/How often do the clips act\?.*: GRPO 0\.50 %, Archer \(paper\) 0\.20 %\./)
  expect(markdown).toMatch(
    /Does OPEFO hold entropy\?.*: OPEFO 100\.0 % and 12\.5 %, OPEFO, exact form 100\.0 % and 62\.5 %/,
  )
  expect(markdown).toContain('Lambda is 0.15 on average in the exact form')
  expect(markdown).toContain('would have had 0.60')
  expect(markdown).toMatch(/against the control on one seed: pass@1 \+12\.5 points/)
  expect(markdown).not.toContain('## When the clips act')
})

test('runs far off policy have a section of their own and are in no other table', async () => {
  const [archer, equal] = farVariants as [Variant, Variant]
  const clips = { 'clip_ratio/reasoning': [0.1, 0.2], 'clip_ratio/knowledge': [0, 0.01] }
  const { markdown } = await read([
    cell(variantOf('grpo'), 1, 3),
    withCurves(cell(archer, 1, 5), clips),
    withCurves(cell(equal, 1, 3), clips),
  ])
  const [above, below] = markdown.split('## When the clips act') as [string, string]
  expect(above).not.toContain('far off policy')
  expect(below).toContain(
    '| Archer, far off policy | clip 0.5 for reasoning tokens, 0.2 for knowledge tokens | 1 | 15.00 % | 0.50 % |',
  )
  expect(below).toMatch(
    /Archer against equal clips on one seed: pass@1 \+25\.0 points .*excludes zero: pass@1 \+25\.0\./,
  )
  expect(below).toContain('The start has an avg@8 of 12.5 %; all of these end above it.')
})

test('without the baseline there is a report all the same', async () => {
  const { markdown } = await read([cell(variantOf('archer'), 1, 5)])
  expect(markdown).toContain('| Archer (paper) | 1 |')
  expect(markdown).not.toContain('Does GRPO’s entropy collapse?')
})

test('every variant is a run that the schema takes, under a name of its own, at the same budget', () => {
  const files = { model: 'm', train: 't', heldOut: 'h' }
  const far = farVariants.map((variant) => cellConfig(variant, 3, files))
  for (const config of far) {
    expect(config.steps * updatesPerRollout(config)).toBe(16 * farUpdates)
    expect(variants.some(({ id }) => `${id}-seed-3` === config.name)).toBe(false)
  }
  const configs = variants.map((variant) => cellConfig(variant, 3, files))
  expect(new Set(configs.map(({ name }) => name)).size).toBe(variants.length)
  for (const { seed, steps, rollout } of configs)
    expect([seed, steps, rollout]).toEqual([3, configs[0]!.steps, configs[0]!.rollout])
})

test('panels share their axes, and text is escaped', () => {
  const line = {
    points: [
      { x: 1, y: 0.2 },
      { x: 64, y: 0.9 },
    ],
    colour: '#000',
  }
  const axes = { label: 'y', description: 'a < b', xLabel: 'k', xTicks: [2, 8, 32], logarithmic: true }
  const svg = panelGrid([{ title: '<b>', lines: [line] }], axes)
  expect(svg).toContain('<title>a &lt; b</title>')
  expect(svg).toContain('&lt;b&gt;')
  const middle = /<text x="([\d.]+)"[^>]*>8</.exec(svg)!
  const [first, last] = [2, 32].map((tick) => Number(new RegExp(`<text x="([\\d.]+)"[^>]*>${tick}<`).exec(svg)![1]))
  expect(Number(middle[1])).toBeCloseTo((first! + last!) / 2, 0)
})
