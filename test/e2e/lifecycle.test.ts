import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { releaseRun } from '../../src-main/store/ownership.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { changeSettings } from '../../src-main/store/settings.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { runLogFile } from '../../src-main/store/workspace.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { patience, screenshot } from './browser.ts'
import { openSample } from './sample-workspace.ts'

const { stage, sample } = await openSample()

test('an alarm and a failure are announced, listed, handed to the system, and lead to where to look', async () => {
  const running = writeSampleRun(sample.db, { config: { name: 'watched', steps: 200 }, steps: 5, active: true })
  const page = await stage.openPage('light')
  await page.addInitScript(() => {
    const sent: string[] = []
    class Recorder {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(title: string) {
        sent.push(title)
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Recorder, sent })
    document.hasFocus = () => false
  })
  await page.reload()
  await page.getByRole('button', { name: 'Notices' }).click()
  await page.getByLabel('Notifications of the system').check()
  await page.keyboard.press('Escape')
  for (const step of [6, 7, 8]) {
    const record = sampleStep(running, step, { steps: 200 })
    recordStep(sample.db, { ...record, metrics: { ...record.metrics, kl: 0.9 } })
  }
  await page.getByText('“watched” raises an alarm. Far from the reference.').waitFor()
  await page
    .getByRole('row', { name: /watched/ })
    .getByText('Far from the reference')
    .waitFor()
  releaseRun(sample.db, running, { status: 'failed', message: 'Out of memory.', atMs: Date.now() })
  await page.getByText('“watched” failed. Out of memory.').waitFor()
  await screenshot(page, 'notices-light')
  await page.getByRole('button', { name: '2 new notices' }).click()
  const list = page.getByRole('region', { name: 'Notices' })
  expect(await list.getByRole('listitem').getByRole('link').allTextContents()).toEqual([
    '“watched” failed.',
    '“watched” raises an alarm.',
  ])
  await screenshot(page, 'notice-list-light')
  const sent = await page.evaluate(() => (window as unknown as { sent: string[] }).sent)
  expect(sent).toEqual(['“watched” raises an alarm.', '“watched” failed.'])
  await list.getByRole('button', { name: 'Clear' }).click()
  await list.getByText('are announced here').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Notices' }).click()
  await list.getByRole('link', { name: '“watched” raises an alarm.' }).click()
  await page.locator('.run-header').getByText('The KL to the reference is 0.9 nats a token').waitFor()
  await screenshot(page, 'alarm-run-light')
  await page.getByRole('link', { name: 'the responses' }).click()
  await page.getByText(/32 responses/).waitFor()
  expect(page.url()).toContain('q=step')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('seeds are a mean with its band, held against a baseline as differences, and the link keeps both', async () => {
  const seeds = [21, 22].map((seed) =>
    writeSampleRun(sample.db, {
      config: { name: `seeded-${seed}`, seed },
      steps: 30,
      seed,
      atMs: Date.now() - 9_000_000,
    }),
  )
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(stage.server.url).origin}/#/compare/${[sample.grpo, ...seeds].join()}`)
  const chart = page.getByRole('img', { name: /^Line chart: Reward\./ })
  const words = (): Promise<string | null> => chart.getAttribute('aria-label')
  // Charts are made near the sight alone, and what stands above them is still being read.
  const toCurves = () =>
    expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Curves', exact: true }).click()
        return chart.count()
      }, patience)
      .toBe(1)
  await toCurves()
  await expect.poll(words, patience).toMatch(/grpo-arithmetic: .*seeded-21, 2 seeds ↑: .*seeded-21, 2 seeds: /)
  await page.getByLabel('Difference to the baseline').check()
  await expect.poll(words, patience).not.toContain('grpo-arithmetic')
  expect(page.url()).toContain('curves=difference')
  await toCurves()
  await screenshot(page, 'compare-difference-dark')
  await page.getByRole('combobox', { name: 'Seeds' }).selectOption('single')
  await expect.poll(words, patience).toMatch(/seeded-21: .*seeded-22: /)
  await page.reload()
  await toCurves()
  await expect.poll(words, patience).toMatch(/seeded-21: .*seeded-22: /)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('what only confirms leaves by itself, not while it is pointed at; what can be undone stays', async () => {
  const page = await stage.openPage('light')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.clock.install()
  const origin = new URL(page.url()).origin
  await page.goto(`${origin}/#/runs/${sample.archer}/config`)
  const copied = page.getByText('The config is in the clipboard.')
  const copy = page.getByRole('button', { name: 'Copy', exact: true })
  await copy.click()
  await copied.waitFor()
  await copied.hover()
  await page.clock.fastForward(60_000)
  expect(await copied.count()).toBe(1)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('method:')
  await copy.hover()
  await page.clock.fastForward(11_000)
  await copied.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Notices' }).click()
  const list = page.getByRole('region', { name: 'Notices' })
  await list.getByRole('listitem').filter({ hasText: 'The config is in the clipboard.' }).waitFor()
  await screenshot(page, 'notices-said-light')
  await page.keyboard.press('Escape')
  await page.goto(`${origin}/#/`)
  await page.getByRole('checkbox', { name: 'Mark grpo-arithmetic', exact: true }).check()
  await page.getByPlaceholder('Add a tag').fill('for a while')
  await page.keyboard.press('Enter')
  const undo = page.locator('.notices').getByRole('button', { name: 'Undo' })
  await undo.waitFor()
  await page.clock.fastForward(60_000)
  await undo.click()
  await undo.waitFor({ state: 'detached' })
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a deleted pass of a curriculum is brought back', async () => {
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(page.url()).origin}/#/curriculum`)
  await page.getByText('40 of 40 prompts').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No prompts have been sampled yet.').waitFor()
  await screenshot(page, 'pass-deleted-dark')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('40 of 40 prompts').waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a pass that is started shows that it starts, with Stop, until its numbers come', async () => {
  const page = await stage.openPage('light')
  await page.goto(`${new URL(page.url()).origin}/#/curriculum`)
  await page.getByLabel('Samples per prompt').fill('2')
  await page.getByRole('button', { name: 'Sample the prompts' }).click()
  const head = page.locator('.pass-head')
  await head.getByText('starting').waitFor()
  await page.getByText('No prompt has been sampled yet.').waitFor()
  await screenshot(page, 'pass-starting')
  await head.getByText(/of 6,000 prompts, running/).waitFor()
  await page.getByText(/^Mean entropy [0-9.]+ nats/).waitFor()
  await head.getByRole('button', { name: 'Stop' }).click()
  await head.getByRole('button', { name: 'Go on' }).waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('the log follows its end, is searched by words, and what is shown is saved', async () => {
  const file = runLogFile(stage.workspace, sample.archer)
  mkdirSync(dirname(file), { recursive: true })
  const line = (step: number): string => `2026-11-26T10:00:00.000Z  step ${step}  reward 0.${step}\n`
  writeFileSync(file, Array.from({ length: 300 }, (_, index) => line(index + 1)).join(''))
  const page = await stage.openPage('light')
  await page.goto(`${new URL(page.url()).origin}/#/runs/${sample.archer}/log`)
  const log = page.locator('pre.log')
  const leftBelow = (): Promise<number> => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)
  await expect.poll(leftBelow, patience).toBeLessThan(24)
  await log.evaluate((box) => box.scrollTo(0, 0))
  const follow = page.getByRole('checkbox', { name: 'Follow the end' })
  await expect.poll(() => follow.isChecked(), patience).toBe(false)
  await follow.check()
  await expect.poll(leftBelow, patience).toBeLessThan(24)
  const search = page.getByRole('searchbox', { name: 'Lines with these words' })
  await search.fill('STEP 29')
  await page.getByText('11 lines').waitFor()
  await screenshot(page, 'log-searched-light')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save' }).click()
  expect(
    readFileSync(await (await saving).path(), 'utf8')
      .trimEnd()
      .split('\n'),
  ).toHaveLength(11)
  await search.fill('no such words')
  await page.getByText('No line of the log holds “no such words”.').waitFor()
  await page.context().close()
  rmSync(file)
  expect(stage.complaints).toEqual([])
})

test('a changed name and an added tag are taken back', async () => {
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(page.url()).origin}/#/runs/${sample.grpo}`)
  const before = (await page.getByRole('heading', { level: 1 }).textContent())!
  await page.getByRole('button', { name: 'Notes' }).click()
  await page.getByLabel('Name', { exact: true }).fill('another name')
  await page.getByLabel('Notes', { exact: true }).fill('promising')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'another name' }).waitFor()
  await screenshot(page, 'run-renamed-dark')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { level: 1, name: before }).waitFor()
  await page.goto(`${new URL(page.url()).origin}/#/`)
  await page.getByRole('checkbox', { name: `Mark ${before}`, exact: true }).check()
  await page.getByPlaceholder('Add a tag').fill('kept')
  await page.keyboard.press('Enter')
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: before, exact: true }) })
  await row.getByText('kept', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await row.getByText('kept', { exact: true }).waitFor({ state: 'detached' })
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('in Chinese the events of a run, the reasons of verdicts and errors are Chinese too', async () => {
  changeSettings(sample.db, { language: 'zh-CN' })
  const page = await stage.openPage('light')
  const origin = new URL(page.url()).origin
  await page.goto(`${origin}/#/runs/${sample.archer}/events`)
  await page.getByText('运行已完成。').waitFor()
  await screenshot(page, 'events-chinese-light')
  const { rollouts } = groupsOfStep(sample.db, sample.archer, 30)[0]!
  await page.goto(`${origin}/#/rollout/${rollouts.find(({ correct }) => correct)!.id}`)
  await page.getByText('与答案相等').waitFor()
  await page.goto(`${origin}/#/new/archer-math-1.5b`)
  await page
    .getByText(/不存在。请给出存在的路径/)
    .first()
    .waitFor()
  await screenshot(page, 'error-chinese-light')
  changeSettings(sample.db, { language: 'en' })
  await page.context().close()
  expect(stage.complaints).toEqual([])
})
