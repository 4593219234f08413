/** Files that the page hands over: they are saved by the browser and read. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Download, Page } from '@playwright/test'
import { expect, test } from 'vitest'
import { releaseRun } from '../../src-main/store/ownership.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/workspace.ts'
import { patience, screenshot } from './browser.ts'
import { openSample } from './sample-workspace.ts'

const { stage, sample } = await openSample()

async function saved(page: Page, click: () => Promise<void>): Promise<Download> {
  const download = page.waitForEvent('download', patience)
  await click()
  return download
}

/** Texts of drawings in an HTML page that reach over a drawing's edge as the browser lays them out. */
async function cutTexts(page: Page, html: string): Promise<string[]> {
  await page.goto('about:blank')
  await page.setContent(html)
  return page.locator('svg text').evaluateAll((texts) =>
    texts.flatMap((text) => {
      const { x, y, width, height } = (text as SVGTextElement).getBBox()
      const drawing = (text as SVGTextElement).ownerSVGElement!.viewBox.baseVal
      const isWhole = x >= 0 && y >= 0 && x + width <= drawing.width && y + height <= drawing.height
      return isWhole ? [] : [text.textContent ?? '']
    }),
  )
}

const textOf = async (download: Download): Promise<string> => readFileSync(await download.path(), 'utf8')

test('marked runs are exported and come to the browser as one archive', async () => {
  const page = await stage.openPage('light')
  await page.getByLabel('Mark archer-arithmetic').check()
  await page.getByLabel('Mark grpo-arithmetic').check()
  await page.getByRole('button', { name: 'Export files' }).click()
  await page.getByText('2 runs lie in').waitFor()
  await screenshot(page, 'export-light')
  const archive = await saved(page, () => page.getByRole('button', { name: 'Download' }).click())
  expect(archive.suggestedFilename()).toMatch(/^quiver-[\d-]+T[\d-]+\.tar\.gz$/)
  const folder = temporaryFolder()
  execFileSync('tar', ['-xzf', await archive.path(), '-C', folder])
  const exported = join(folder, readdirSync(folder)[0]!)
  const read = (...parts: string[]): string => readFileSync(join(exported, ...parts), 'utf8')
  expect(readdirSync(exported).sort()).toEqual([sample.archer, sample.grpo, 'tensorboard'].sort())
  expect(JSON.parse(read(sample.archer, 'run.json')).name).toBe('archer-arithmetic')
  expect(read(sample.grpo, 'metrics.csv').trim().split('\n')).toHaveLength(62)
  expect(read(sample.archer, 'traces.jsonl').split('\n').length).toBeGreaterThan(60)
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByText('2 runs lie in').waitFor({ state: 'detached' })
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('the report of a run holds its curves and facts, and nothing from elsewhere', async () => {
  const page = await stage.openPage('light')
  await page.goto(`${new URL(page.url()).origin}/#/runs/${sample.archer}`)
  await page.getByRole('button', { name: 'Report' }).click()
  const dialog = page.getByRole('dialog', { name: 'Report of the run' })
  await dialog.getByLabel('Values at').selectOption('given steps')
  await dialog.getByRole('textbox', { name: 'Steps' }).fill('10, 20-21')
  await screenshot(page, 'report-dialog-light')
  const report = await saved(page, () => dialog.getByRole('button', { name: 'Save' }).click())
  expect(report.suggestedFilename()).toBe('archer-arithmetic.html')
  const html = await textOf(report)
  expect(html).toContain('<h1>archer-arithmetic</h1>')
  expect(html).toContain('<h2>Metrics, mean over steps 10, 20–21</h2>')
  expect(html).toContain(
    '<th class="number">step 10</th><th class="number">step 20</th><th class="number">step 21</th><th class="number">Mean</th>',
  )
  expect(html.match(/<svg/g)!.length).toBeGreaterThan(5)
  expect(await cutTexts(page, html)).toEqual([])
  expect(html).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a panel of percentiles is drawn with its bands filled', async () => {
  const run = { config: { name: 'percentiles' }, steps: 3, active: true }
  const id = writeSampleRun(sample.db, run)
  const percentiles = { 'entropy/p95': 1.2, 'entropy/p80': 0.6, 'entropy/p50': 0.2, 'entropy/p5': 0.01 }
  for (const step of [4, 5, 6]) {
    const record = sampleStep(id, step, run)
    recordStep(sample.db, { ...record, metrics: { ...record.metrics, ...percentiles } })
  }
  releaseRun(sample.db, id, { status: 'finished', atMs: Date.now() })
  const page = await stage.openPage('light')
  await page.goto(`${new URL(page.url()).origin}/#/runs/${id}`)
  await page.getByLabel('Find a curve').fill('Entropy percentiles')
  await page.getByRole('button', { name: 'Save Entropy percentiles', exact: true }).click()
  const drawing = await saved(page, () => page.getByRole('menuitem', { name: 'SVG' }).click())
  const svg = await textOf(drawing)
  expect(svg.match(/stroke-width="1.8"/g)).toHaveLength(4)
  expect(svg.match(/fill-opacity="0.16"/g)).toHaveLength(3)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a picture of a panel is its whole drawing at twice the size, also in the dark theme', async () => {
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(page.url()).origin}/#/runs/${sample.archer}`)
  await page.getByRole('button', { name: 'Save Entropy by class', exact: true }).click()
  const picture = await saved(page, () => page.getByRole('menuitem', { name: 'PNG' }).click())
  const png = readFileSync(await picture.path())
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(png.readUInt32BE(16)).toBe(1440)
  expect(png.readUInt32BE(20)).toBeGreaterThan(800)
  await page.getByRole('button', { name: 'Save Entropy by class', exact: true }).click()
  const drawing = await textOf(await saved(page, () => page.getByRole('menuitem', { name: 'SVG' }).click()))
  expect(drawing).toContain('stroke="#c85200"')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('the report of a comparison names every run and the baseline', async () => {
  const page = await stage.openPage('light')
  await page.goto(`${new URL(page.url()).origin}/#/compare/${sample.archer},${sample.grpo}`)
  await page.getByLabel('Values at').selectOption('given steps')
  await page.getByRole('textbox', { name: 'Steps' }).fill('10, 20')
  await expect.poll(() => page.url(), patience).toContain('at=10')
  const report = await saved(page, () => page.getByRole('button', { name: 'Report' }).click())
  const html = await textOf(report)
  for (const text of [
    'archer-arithmetic',
    'grpo-arithmetic',
    'method.name',
    'Metrics, mean over steps 10, 20',
    'Metrics, step 20',
  ])
    expect(html).toContain(text)
  expect(await cutTexts(page, html)).toEqual([])
  await page.context().close()
  expect(stage.complaints).toEqual([])
})
