import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { describe, expect, test } from 'vitest'
import { startServer } from '../../src-main/serve.ts'
import { recordEvaluation } from '../../src-main/store/evaluations.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { violationsOf } from './axe.ts'
import { patience, screenshot } from './browser.ts'
import { openSample } from './sample-workspace.ts'

/** A dozen pages on a busy machine. */
const pagesTimeoutMs = 800_000

const { stage, sample } = await openSample()

const open = async (page: Page, address: string): Promise<void> => {
  await page.goto(`${new URL(stage.server.url).origin}/#${address}`)
}
const rolloutOf = (run: string, step: number): number => groupsOfStep(sample.db, run, step)[1]!.rollouts[2]!.id

describe.each(['light', 'dark'] as const)('every page, %s', (theme) => {
  test('shows what it should, without a complaint of the browser', { timeout: pagesTimeoutMs }, async () => {
    const page = await stage.openPage(theme)
    const shots: readonly (readonly [name: string, address: string, shows: string])[] = [
      ['runs', '/', 'table >> text=archer-arithmetic'],
      ['run', `/runs/${sample.archer}`, 'figure >> text=Clipped by class'],
      ['tokens', `/runs/${sample.archer}/tokens`, '.token-cloud a'],
      ['events', `/runs/${sample.archer}/events`, 'text=Held-out evaluations'],
      ['config', `/runs/${sample.archer}/config`, 'text=token_entropy_quantile: 0.8'],
      ['log', `/runs/${sample.archer}/log`, 'text=The log is empty'],
      ['rollouts', `/runs/${sample.archer}/rollouts/30`, 'text=32 responses'],
      ['rollout', `/rollout/${rolloutOf(sample.archer, 30)}`, 'text=Reasoning above quantile'],
      ['new-run', '/new', 'text=The run will take about'],
      ['compare-choose', '/compare', 'text=Choose two or more runs'],
      ['compare', `/compare/${sample.archer},${sample.grpo},${sample.short}`, 'text=method.epsilon_high'],
      ['curriculum', '/curriculum', 'text=semantic entropy, nats'],
      ['verifiers', '/verifiers', 'text=A dataset’s references'],
      ['devices', '/devices', 'text=npm run setup:tfjs-gpu'],
      ['missing-run', '/runs/no-such-run', 'text=There is no run'],
    ]
    for (const [name, address, shows] of shots) {
      await open(page, address)
      await page.locator(shows).first().waitFor()
      // Charts and canvases paint in the frames after the first answer.
      await page.waitForTimeout(400)
      await screenshot(page, `${name}-${theme}`)
    }
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search actions' }).waitFor()
    await screenshot(page, `palette-${theme}`)
    await page.context().close()
    expect(stage.complaints).toEqual([])
  })
})

test('hostile text is text', async () => {
  const page = await stage.openPage('light')
  await page.getByRole('link', { name: /^<img src=x onerror=/ }).waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  await page.context().close()
})

test('the keys reach pages, search, palette and the sheet of shortcuts', async () => {
  const page = await stage.openPage('light')
  await page.getByRole('link', { name: 'grpo-arithmetic' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await screenshot(page, 'shortcuts-light')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.locator('input[type=search]:focus').waitFor()
  await page.keyboard.type('grpo finished')
  await page.getByRole('link', { name: 'archer-arithmetic' }).waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search actions' }).fill('new run')
  await page.getByRole('option', { name: /^New run/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'New run' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.getByRole('checkbox', { name: 'Mark archer-arithmetic' }).check()
  await page.getByRole('checkbox', { name: 'Mark grpo-arithmetic' }).check()
  await page.keyboard.press('c')
  await page.getByRole('cell', { name: 'method.name' }).waitFor()
  await page.context().close()
})

test('runs are held against a baseline at a chosen step, with the intervals of their evaluations', async () => {
  recordEvaluation(sample.db, {
    ...{ runId: sample.grpo, step: 60, dataset: 'builtin:heldout', problems: 256, n: 8 },
    ...{ atMs: Date.now(), elapsedMs: 240_000, metrics: { 'eval/greedy': 0.7, 'eval/greedy/stderr': 0.03 } },
  })
  const page = await stage.openPage('light')
  await open(page, `/compare/${sample.archer},${sample.grpo}`)
  const table = page.getByRole('region', { name: 'Metrics of each run' })
  const reward = table
    .getByRole('row', { name: /^Reward/ })
    .first()
    .getByRole('cell')
  await expect.poll(() => reward.nth(1).getAttribute('title'), patience).toBe('step 60')
  expect(await reward.nth(1).locator('.difference').count()).toBe(0)
  await page.getByRole('combobox', { name: /^Baseline/ }).selectOption({ label: 'grpo-arithmetic' })
  await expect.poll(() => reward.nth(1).locator('.difference').count(), patience).toBe(1)
  expect(await reward.nth(2).locator('.difference').count()).toBe(0)
  await page.getByLabel('Values at').selectOption('steps')
  await page.getByRole('textbox', { name: 'Steps' }).fill('30')
  await expect.poll(() => reward.nth(2).getAttribute('title'), patience).toBe('step 30')
  const evaluations = page.getByRole('region', { name: 'Last evaluation of each run' })
  expect(await evaluations.getByRole('row').nth(2).textContent()).toMatch(/70\.0.% 64\.1.% to 75\.9.%/)
  await screenshot(page, 'compare-baseline-light')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('two responses are framed where they part, and a key leads there again', async () => {
  const page = await stage.openPage('light')
  await open(page, `/pair/${rolloutOf(sample.archer, 30)}/${rolloutOf(sample.archer, 40)}`)
  const place = await page.getByText(/^framed, at token \d+$/).textContent()
  const at = Number(/\d+/.exec(place!)![0])
  const left = page.getByRole('complementary', { name: 'Numbers of a token, left' })
  await page.getByRole('button', { name: 'Go to the first difference' }).click()
  await expect.poll(() => left.getAttribute('data-token'), patience).toBe(String(at - 1))
  await page.getByRole('application').first().focus()
  await page.keyboard.press('End')
  await expect.poll(() => left.getAttribute('data-token'), patience).not.toBe(String(at - 1))
  await page.keyboard.press('d')
  await expect.poll(() => left.getAttribute('data-token'), patience).toBe(String(at - 1))
  await screenshot(page, 'pair-difference-light')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('prompts of two runs are paired at near steps, with a caveat where one run was ahead, and names stay in sight', async () => {
  const atMs = Date.now() - 9_000_000
  const twins = [0, 8].map((ahead) => {
    const id = writeSampleRun(sample.db, { config: { name: 'twin', seed: 31 + ahead, steps: 20 }, steps: 0, atMs })
    for (let step = 1; step <= 4; step++)
      recordStep(sample.db, { ...sampleStep(id, step, { steps: 9, seed: 31, atMs }), step: step + ahead })
    return id
  })
  const page = await stage.openPage('light')
  await open(page, `/compare/${[...twins, sample.grpo, sample.archer].join()}`)
  const same = page.getByRole('region', { name: 'Same prompts', exact: true })
  await same.scrollIntoViewIfNeeded()
  const said = () => same.textContent().then((text) => text?.replaceAll('\u00a0', ' '))
  await expect.poll(said, patience).toContain('step 2.5 of twin seed 31 and 10.5 of twin seed 39 on average')
  expect(await said()).toContain('twin seed 39 had trained 8.0 steps longer')
  await expect
    .poll(said, patience)
    .toContain('No prompt in common with twin seed 31: grpo-arithmetic, archer-arithmetic.')
  await same.scrollIntoViewIfNeeded()
  await screenshot(page, 'compare-paired-light')

  const table = page.getByRole('region', { name: 'Metrics of each run' })
  const metric = table.getByRole('cell', { name: 'Reward', exact: true })
  const leftOf = async (): Promise<number> => (await metric.boundingBox())!.x
  await page.setViewportSize({ width: 900, height: 800 })
  const before = await leftOf()
  const scrolled = await table.evaluate((box) => {
    box.scrollLeft = 150
    return box.scrollLeft
  })
  expect(scrolled, 'the table is wider than its box').toBeGreaterThan(50)
  expect(await leftOf()).toBe(before)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a token is reached with the keys and read in numbers; the slider recolours at once', async () => {
  const page = await stage.openPage('light')
  await open(page, `/rollout/${rolloutOf(sample.archer, 30)}`)
  const heatmap = page.getByRole('application')
  await heatmap.waitFor()
  await page.waitForTimeout(300)
  await heatmap.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  const inspector = page.getByRole('complementary', { name: 'Numbers of a token' })
  await expect.poll(() => inspector.getAttribute('data-token'), patience).toBe('2')
  expect(await inspector.textContent()).toMatch(/Entropy[\d.e−]+ nats/)
  expect(await heatmap.locator('[aria-live]').textContent()).toMatch(/Position 3 of \d+/)

  const paints = async (): Promise<number[]> =>
    heatmap
      .locator('canvas')
      .evaluateAll((layers) => layers.map((layer) => Number((layer as HTMLElement).dataset.paints)))
  const before = await paints()
  const box = (await heatmap.boundingBox())!
  for (let x = 20; x < 220; x += 10) await page.mouse.move(box.x + x, box.y + 30)
  await page.waitForTimeout(100)
  const hovered = await paints()
  expect(hovered[0]).toBe(before[0])
  expect(hovered[1]).toBeGreaterThan(before[1]!)

  const threshold = page.getByTestId('threshold')
  const atRule = await threshold.textContent()
  await page.getByLabel('Reasoning above quantile').fill('0.5')
  await expect.poll(() => threshold.textContent(), patience).not.toBe(atRule)
  await expect.poll(paints, patience).toSatisfy((now: number[]) => now[0]! > hovered[0]!)
  await page.getByRole('searchbox', { name: 'Search the response' }).fill('ones')
  await page.getByText('1 match').waitFor()
  await expect.poll(() => inspector.getAttribute('data-token'), patience).toBe('0')
  await expect.poll(() => page.url(), patience).toContain('?token=1')
  const plot = page.getByRole('img', { name: /^Plot: Entropy of tokens 1 to/ })
  const area = (await plot.boundingBox())!
  await page.mouse.move(area.x + area.width / 2, area.y + 20)
  await page.mouse.down()
  await page.mouse.move(area.x + area.width - 5, area.y + 20)
  await page.mouse.up()
  await page.getByRole('img', { name: /^Plot: Entropy of tokens 1[5-9] to/ }).waitFor()
  await page.getByRole('button', { name: 'Table' }).click()
  await page.getByRole('region', { name: 'Tokens with their numbers' }).waitFor()
  await screenshot(page, 'token-table-light')
  await page.context().close()
})

test('form and YAML stay in step, and a wrong value gets its sentence at its field', async () => {
  const page = await stage.openPage('light')
  await open(page, '/new')
  const yaml = page.getByRole('textbox', { name: /config\.yaml/ })
  await yaml.waitFor()
  const field = page.locator('[data-path="rollout.temperature"]')
  await field.getByRole('textbox').fill('0')
  await field.getByText('Must be above 0, got 0.').waitFor()
  expect(await yaml.inputValue()).toContain('temperature: 0')
  await screenshot(page, 'new-run-error-light')
  await yaml.fill('name: from yaml\nmethod: { name: grpo, epsilon: 0.3 }\n')
  await expect.poll(() => page.locator('[data-path="method.epsilon"] input').inputValue(), patience).toBe('0.3')
  expect(await field.getByRole('textbox').inputValue()).toBe('1')
  await yaml.fill('name: [')
  await page.getByText('This is not valid YAML').first().waitFor()
  await page.context().close()
})

test('curves grow while steps come, painted no more often than the screen is', async () => {
  const running = writeSampleRun(sample.db, { config: { name: 'live', steps: 200 }, steps: 5, active: true })
  const page = await stage.openPage('dark')
  await open(page, `/runs/${running}`)
  const canvas = page.locator('figure').filter({ hasText: 'Reward' }).locator('canvas').first()
  const paints = async (): Promise<number> => Number(await canvas.getAttribute('data-paints'))
  await expect.poll(paints, patience).toBeGreaterThan(0)
  const before = await paints()
  const steps = 60
  for (let step = 6; step < 6 + steps; step++) {
    recordStep(sample.db, sampleStep(running, step, { steps: 200 }))
    if (step % 10 === 0) await page.waitForTimeout(120)
  }
  const chart = page.getByRole('img', { name: /^Line chart: Reward\./ })
  await expect.poll(() => chart.getAttribute('aria-label'), patience).toContain(`at step ${5 + steps}`)
  const after = await paints()
  expect(after).toBeGreaterThan(before)
  expect(after - before).toBeLessThan(steps)
  await page
    .getByText(`${5 + steps} / 200`)
    .first()
    .waitFor()
  await screenshot(page, 'live-run-dark')
  await page.context().close()
})

test('a Hugging Face id as model is told what to do, and the estimate before it is dimmed', async () => {
  const page = await stage.openPage('light')
  await open(page, '/new')
  const estimate = page.getByRole('region', { name: 'Before the start' })
  await estimate.waitFor()
  await page.locator('[data-path="model"] input').fill('Qwen/Qwen3-0.6B')
  await page
    .locator('[data-path="model"]')
    .getByText('looks like a Hugging Face id. Download that repository')
    .waitFor()
  expect(await estimate.evaluate((box) => getComputedStyle(box).opacity)).toBe('0.45')
  await estimate.scrollIntoViewIfNeeded()
  await screenshot(page, 'new-run-stale')
  await page.locator('[data-path="model"] input').scrollIntoViewIfNeeded()
  await screenshot(page, 'new-run-hub-id')
  await page.locator('[data-path="model"] input').fill('builtin:arithmetic-1m')
  await expect.poll(() => estimate.evaluate((box) => getComputedStyle(box).opacity), patience).toBe('1')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('an address that leads nowhere says so, with a way on', async () => {
  const page = await stage.openPage('light')
  await open(page, '/nonsense')
  await page.getByText('There is no page “/nonsense”.').waitFor()
  await page.getByRole('link', { name: 'See all runs' }).click()
  await page.getByRole('link', { name: 'grpo-arithmetic' }).waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('chosen steps are entries of the history, a drag of the slider is one', async () => {
  const page = await stage.openPage('light')
  await open(page, `/runs/${sample.archer}/rollouts/30`)
  const hash = () => new URL(page.url()).hash.split('/').at(-1)
  const slider = page.getByRole('slider', { name: 'Step' })
  await slider.waitFor()
  await page.locator('.page-scroll').evaluate((box) => box.scrollTo({ top: 200, behavior: 'instant' }))
  await page.keyboard.press(']')
  await expect.poll(hash, patience).toBe('31')
  expect(await page.locator('.page-scroll').evaluate((box) => box.scrollTop)).toBe(200)
  const { x, y, width } = (await slider.boundingBox())!
  await page.mouse.move(x + width / 2, y + 5)
  await page.mouse.down()
  for (const share of [0.6, 0.7, 0.8]) await page.mouse.move(x + width * share, y + 5)
  await page.mouse.up()
  await page.getByRole('button', { name: 'With spread' }).click()
  await expect.poll(hash, patience).toContain('groups=spread')
  for (const before of [/^[45]\d$/, /^31$/, /^30$/]) {
    await page.goBack()
    await expect.poll(hash, patience).toMatch(before)
  }
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('responses of all steps are searched, and two are read side by side', async () => {
  const page = await stage.openPage('light')
  await open(page, `/runs/${sample.archer}/rollouts`)
  await page.getByLabel('Search the responses of all steps').fill('wrong step>50')
  const list = page.locator('.match')
  await list.first().waitFor()
  expect(await page.locator('.match .verdict.tone-good').count()).toBe(0)
  expect(await page.getByLabel('Order of the responses').inputValue()).toBe('newest')
  await page.getByLabel('Search the responses of all steps').fill('contains:"nes')
  await page.locator('.match-preview mark', { hasText: 'nes' }).first().waitFor()
  await screenshot(page, 'search-contains')
  await page.goBack()
  await page.getByText('step by step').waitFor({ state: 'attached' })
  expect(await page.getByLabel('Search the responses of all steps').inputValue()).toBe('')
  await page.getByLabel('Search the responses of all steps').fill('step>0')
  await page.getByRole('button', { name: /^nospread \d+ of 240 groups$/ }).click()
  await expect.poll(() => page.url(), patience).toContain('nospread')
  await page.getByLabel('Search the responses of all steps').fill('wrong step>50')
  await page.getByLabel('Order of the responses').selectOption('oldest')
  await expect.poll(() => list.first().textContent(), patience).toContain('step 51')
  expect(page.url()).toContain('order=oldest')
  await list.first().getByRole('link', { name: 'same prompt' }).click()
  await page.getByText('8 responses').waitFor()
  await screenshot(page, 'search-light')
  await open(page, `/rollout/${rolloutOf(sample.archer, 30)}`)
  await page.getByRole('button', { name: 'Beside…' }).click()
  await page.getByRole('menuitem').first().click()
  await page.getByRole('heading', { name: 'Two responses' }).waitFor()
  const maps = page.getByRole('application')
  await expect.poll(() => maps.count(), patience).toBe(2)
  await maps.first().focus()
  await page.keyboard.press('ArrowRight')
  const numbers = page.getByRole('complementary', { name: 'Numbers of a token' })
  await expect.poll(() => numbers.nth(1).getAttribute('data-token'), patience).toBe('1')
  await screenshot(page, 'pair-light')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('the tokens of a class are listed, and a sign leads to the responses that hold it', async () => {
  const page = await stage.openPage('light')
  await open(page, `/runs/${sample.archer}/tokens`)
  const counted = page.getByRole('region', { name: 'Highest entropy' }).getByText(/different ones/)
  const all = (await counted.textContent())!
  await page.getByLabel('Class').selectOption('reasoning')
  await expect.poll(() => counted.textContent(), patience).not.toBe(all)
  expect(page.url()).toContain('class=reasoning')
  await screenshot(page, 'tokens-reasoning-light')
  await page.locator('.token-cloud').first().getByRole('link', { name: '=', exact: true }).click()
  await page.getByText(/^1,920 responses/).waitFor()
  expect(await page.getByLabel('Search the responses of all steps').inputValue()).toBe('contains:"="')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('axes, smoothing and zoom hold for all panels, and a panel is saved', async () => {
  const page = await stage.openPage('light')
  await open(page, `/runs/${sample.archer}`)
  const chart = page.getByRole('img', { name: /^Line chart: Reward\./ })
  await expect.poll(() => chart.getAttribute('aria-label'), patience).toContain('at step 60')
  await page.getByLabel('Smoothing').fill('0.9')
  await page.getByRole('button', { name: 'Time', exact: true }).click()
  await expect.poll(() => chart.getAttribute('aria-label'), patience).toContain('at 4 min 00 s')
  await page.getByRole('button', { name: 'log y axis of Reward' }).click()
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + 150, box.y + 60)
  await page.getByText(/^Step \d+ ·/).waitFor()
  await page.mouse.down()
  await page.mouse.move(box.x + 250, box.y + 60, { steps: 3 })
  await page.mouse.up()
  await page.getByRole('button', { name: /: show all$/ }).waitFor()
  await expect.poll(() => page.url(), patience).toMatch(/x=time&zoom=[\d.]+%7E[\d.]+/)
  await page.keyboard.press('o')
  await page.keyboard.press('i')
  await page.getByRole('region', { name: 'Phases of a step' }).getByText('Generation', { exact: true }).waitFor()
  await screenshot(page, 'run-zoomed-light')
  await page.getByRole('button', { name: /: show all$/ }).click()
  for (const kind of ['PNG', 'SVG', 'CSV']) {
    await page.getByRole('button', { name: 'Save Reward' }).first().click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: kind }).click()
    expect((await saved).suggestedFilename()).toBe(`Reward.${kind.toLowerCase()}`)
  }
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await page.getByLabel('Find a curve').fill('grad')
  await page.getByRole('heading', { name: 'Optimizer' }).waitFor()
  await expect.poll(() => page.locator('figure.chart-panel').count(), patience).toBe(1)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a panel grows into sight, Escape makes it small again, its canvas follows, and a table takes its place alone', async () => {
  const page = await stage.openPage('light')
  await open(page, `/runs/${sample.archer}?zoom=20~40`)
  const panel = page.locator('figure', { has: page.getByRole('heading', { name: 'KL by class' }) })
  const boxes = () =>
    panel.evaluate((figure) => {
      const { top, bottom, width, height } = figure.getBoundingClientRect()
      const [box, canvas] = ['.chart-box', 'canvas'].map((part) => figure.querySelector(part)!.getBoundingClientRect())
      return { top, bottom, width, height, follows: Math.abs(box!.width - canvas!.width) < 1 && box!.width < width }
    })
  const grown = page.getByRole('button', { name: 'Make KL by class smaller' })
  await page.getByRole('button', { name: 'Make KL by class larger' }).click()
  await grown.waitFor()
  await expect.poll(boxes, patience).toMatchObject({ follows: true })
  const large = await boxes()
  expect(large.width).toBeGreaterThan(1000)
  expect(large.bottom).toBeLessThanOrEqual(800)
  await page.keyboard.press('Escape')
  await grown.waitFor({ state: 'detached' })
  await expect.poll(boxes, patience).toMatchObject({ follows: true })
  const small = await boxes()
  expect(small.width).toBeLessThan(500)
  await page.getByRole('button', { name: 'Show KL by class as a table' }).click()
  const rows = page.getByRole('region', { name: 'KL by class, newest first' })
  await panel.getByText('steps 20 to 40').waitFor()
  await expect.poll(() => rows.locator('table').getAttribute('aria-rowcount'), patience).toBe('22')
  expect((await boxes()).height).toBe(small.height)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('runs that differ in the seed alone are one row with its spread', async () => {
  const seeds = [11, 12].map((seed) =>
    writeSampleRun(sample.db, { config: { name: `seed-${seed}`, seed }, steps: 5, seed, atMs: Date.now() - 9_000_000 }),
  )
  const page = await stage.openPage('dark')
  await open(page, `/compare/${[...seeds, sample.grpo].join()}`)
  const rows = page.getByRole('region', { name: 'Means over seeds' }).getByRole('row')
  await expect.poll(() => rows.count(), patience).toBe(3)
  await expect.poll(() => rows.nth(1).textContent(), patience).toMatch(/^seed-11, 2 seeds[\d.]+ [\d.]+ to [\d.]+/)
  const overflow = await page.locator('.compare-main').evaluate((main) => main.scrollWidth - main.clientWidth)
  expect(overflow).toBe(0)
  const colours = () =>
    page
      .locator('.picker-item .line-swatch line')
      .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).stroke))
  await expect.poll(async () => new Set(await colours()).size, patience).toBe(2)
  const [first, second, other] = await colours()
  expect(second).toBe(first)
  expect(other).not.toBe(first)
  await rows.first().scrollIntoViewIfNeeded()
  await screenshot(page, 'compare-seeds-dark')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a launch script is imported, form and YAML go in step with what differs, and a run is cloned', async () => {
  const page = await stage.openPage('light')
  await open(page, '/new')
  await page.locator('summary', { hasText: 'Import' }).click()
  await page.getByLabel('Script or config to import').fill('echo nothing \\\n')
  await page.getByRole('button', { name: 'Import the text' }).click()
  await page.getByText('No command of this script starts a training').waitFor()
  await page.getByLabel('File to import').setInputFiles(join(import.meta.dirname, '../fixtures/imports/archer-code.sh'))
  const report = page.getByRole('region', { name: 'What was imported' })
  await report.getByRole('region', { name: '39 settings taken over, 3 with a difference' }).waitFor()
  await expect.poll(() => report.textContent(), patience).toContain('trainer.total_epochs=10')
  await open(page, '/devices')
  await open(page, '/new')
  await report.getByText('Imported from archer-code.sh').waitFor()
  const generations = page.locator('[data-path="rollout.num_generations"] input')
  expect(await generations.inputValue()).toBe('16')
  const yaml = page.locator('.yaml-text')
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'import-light')
  await yaml.fill((await yaml.inputValue()).replace('num_generations: 16', 'num_generations: 8'))
  await expect.poll(() => generations.inputValue(), patience).toBe('8')
  const changes = page.getByRole('region', { name: 'Changes' })
  await expect
    .poll(() => changes.textContent(), patience)
    .toMatch(/1 change from archer-code\.sh.*num_generations16 → 8/)
  await changes.getByRole('button', { name: 'Take back rollout.num_generations' }).click()
  expect(await yaml.inputValue()).toContain('num_generations: 16')
  await generations.fill('4')
  expect(await yaml.inputValue()).toContain('num_generations: 4')
  await open(page, `/runs/${sample.archer}`)
  await page.getByRole('button', { name: 'Clone' }).waitFor()
  await page.keyboard.press('d')
  await page.getByText('0 changes').waitFor()
  expect(await page.locator('[data-path="name"] input').inputValue()).toBe('archer-arithmetic-copy')
  await page.locator('[data-path="seed"] input').fill('5')
  await expect.poll(() => changes.textContent(), patience).toContain('1 change from archer-arithmetic')
  await screenshot(page, 'clone-light')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('the help opens by its key, leads from page to page and is listed in the palette', async () => {
  const page = await stage.openPage('light')
  await page.getByRole('link', { name: 'grpo-arithmetic' }).waitFor()
  await page.keyboard.press('F1')
  await page.getByRole('heading', { level: 1, name: 'Getting started' }).waitFor()
  await page.getByRole('navigation', { name: 'Help' }).getByRole('link', { name: 'Verifiers' }).click()
  await page.getByRole('link', { name: 'sandbox.md' }).click()
  await page.getByRole('heading', { level: 1, name: 'sandbox' }).waitFor()
  expect(new URL(page.url()).hash).toBe('#/help/sandbox')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Coming from other')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Coming from other trainers' }).waitFor()
  await screenshot(page, 'help-light')
  await open(page, '/help/nothing')
  await page.getByText('The help has no page “nothing”').waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('a lost connection is said calmly, and a host that starts again finds its page waiting', async () => {
  const page = await stage.openPage('light')
  await page.getByRole('link', { name: 'grpo-arithmetic' }).waitFor()
  await stage.server.close()
  await page.getByText('The connection to Quiver is down').waitFor()
  await screenshot(page, 'disconnected-light')
  writeSampleRun(sample.db, { config: { name: 'made meanwhile' }, steps: 2 })
  const again = await startServer({ port: Number(new URL(stage.server.url).port), workspace: stage.workspace })
  await page.getByRole('link', { name: 'made meanwhile' }).waitFor()
  await page.getByText('The connection to Quiver is down').waitFor({ state: 'detached' })
  await page.context().close()
  await again.close()
})
