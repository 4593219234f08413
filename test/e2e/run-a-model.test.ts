import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { listRuns } from '../../src-main/store/runs.ts'
import { isActive, type RunSummary } from '../../src-preload/contract/run.ts'
import { buildTimeoutMs, newWorkspace, openStage, patience, type Stage, screenshot } from './browser.ts'

const model = join(resolve(import.meta.dirname, '../../resources/models/arithmetic-1m'), 'model.safetensors')
/** Long enough for a few steps of the built-in model on a busy machine. */
const trainingMs = 240_000
const trained = { timeout: trainingMs }

let stage: Stage
let workspace: string
const runs = (): readonly RunSummary[] => {
  const db = openStore(workspace, 'read')
  try {
    return listRuns(db)
  } finally {
    db.close()
  }
}

beforeAll(async () => {
  workspace = newWorkspace()
  stage = await openStage(workspace)
}, buildTimeoutMs)
afterAll(() => stage.close())

/** Chooses a recipe and makes it small through the form. */
async function fillRecipe(page: Page, title: string, settings: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('link', { name: 'New run' }).first().click()
  await page.getByRole('link', { name: new RegExp(`^${title}`) }).click()
  for (const [path, value] of Object.entries(settings)) await page.locator(`[data-path="${path}"] input`).fill(value)
  await page.getByText('Everything fits.').waitFor(patience)
}

const small = {
  'rollout.prompts_per_step': '4',
  'rollout.num_generations': '4',
  'update.mini_batch_prompts': '4',
  'evaluation.limit': '8',
  'evaluation.n': '1',
  'evaluation.k': '1',
}
const status = (page: Page) => page.locator('.run-head .status')
const rewardChart = (page: Page) => page.getByRole('img', { name: /^Line chart: Reward\./ })

async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stop the run' }).click()
  await expect.poll(() => status(page).textContent(), trained).toBe('Stopped')
}

test.skipIf(!existsSync(model))(
  'a run from a recipe: curves move, pause, resume, a token in numbers, a comparison',
  async () => {
    const page = await stage.openPage('light')
    await page.getByRole('button', { name: 'Start the first run' }).waitFor(patience)
    await screenshot(page, 'empty-light')

    await fillRecipe(page, 'Archer on arithmetic', { ...small, name: 'first archer', steps: '400' })
    await page.keyboard.press('Control+Enter')
    await rewardChart(page).waitFor(trained)
    await expect.poll(() => rewardChart(page).getAttribute('aria-label'), trained).toMatch(/at step [2-9]/)
    await screenshot(page, 'training-light')

    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect.poll(() => status(page).textContent(), trained).toBe('Paused')
    const held = runs()[0]!.step
    await page.waitForTimeout(1500)
    expect(runs()[0]!.step).toBe(held)
    await screenshot(page, 'paused-light')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect.poll(() => runs()[0]!.step, trained).toBeGreaterThan(held)
    await stop(page)

    await page.getByRole('link', { name: 'Rollouts' }).click()
    await page.getByRole('table').first().getByRole('link').first().click(patience)
    const heatmap = page.getByRole('application')
    await heatmap.waitFor(patience)
    await heatmap.focus()
    await page.keyboard.press('End')
    const inspector = page.getByRole('complementary', { name: 'Numbers of a token' })
    await expect.poll(() => inspector.textContent(), patience).toMatch(/Entropy[\d.e−]+ nats.*Log-prob\., rollout/)
    await screenshot(page, 'real-rollout-light')
    await page.keyboard.press('n')
    await page.getByRole('heading', { name: /response 2$/ }).waitFor(patience)

    await fillRecipe(page, 'GRPO on arithmetic', { ...small, name: 'second grpo', steps: '2' })
    await page.getByRole('button', { name: /^Start the run/ }).click()
    await expect.poll(() => runs().find((run) => run.name === 'second grpo')?.status, trained).toBe('finished')
    await page.getByRole('link', { name: 'Compare' }).click()
    await page.getByRole('checkbox', { name: /first archer/ }).check()
    await page.getByRole('checkbox', { name: /second grpo/ }).check()
    await page.getByRole('cell', { name: 'method.name' }).waitFor(patience)
    // Panels are made as they come near the sight.
    await rewardChart(page).scrollIntoViewIfNeeded()
    await expect
      .poll(() => rewardChart(page).getAttribute('aria-label'), patience)
      .toMatch(/first archer: .* second grpo: /)
    await screenshot(page, 'real-compare-light')
    await page.context().close()
    expect(stage.complaints).toEqual([])
    expect(runs().filter((run) => isActive(run.status))).toEqual([])
  },
  5 * trainingMs,
)
