import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { violationsOf } from './axe.ts'
import { buildTimeoutMs, newWorkspace, openStage, patience, type Stage, screenshot } from './browser.ts'
import { fillWorkspace, type SampleWorkspace } from './sample-workspace.ts'

const pageTimeoutMs = 300_000

let stage: Stage
let sample: SampleWorkspace

beforeAll(async () => {
  const workspace = newWorkspace()
  sample = fillWorkspace(workspace)
  cpSync(join(import.meta.dirname, '../../resources/models/arithmetic-1m'), join(workspace, 'twin'), {
    recursive: true,
  })
  stage = await openStage(workspace)
}, buildTimeoutMs)
afterAll(async () => {
  sample.db.close()
  await stage.close()
})

test(
  'two models answer a problem side by side; tokens in numbers; a stored prompt; a score',
  async () => {
    const page = await stage.openPage('light')
    const origin = new URL(stage.server.url).origin
    await page.getByRole('table').first().waitFor(patience)
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByText('Nothing sampled yet').waitFor(patience)
    await page.getByRole('combobox', { name: 'Add a model' }).fill(join(stage.workspace, 'twin'))
    await page.getByRole('button', { name: 'Take this model' }).click()
    await page.getByRole('combobox', { name: 'Add a model' }).fill('/nowhere')
    await page.keyboard.press('Enter')
    await page.getByLabel('Temperature').fill('2')
    await page.keyboard.press('Control+Enter')

    const lane = (name: string) => page.getByRole('region', { name })
    const twin = lane(join(stage.workspace, 'twin'))
    await page.getByText('The model /nowhere does not exist').waitFor(patience)
    await expect.poll(() => page.getByText(/^\d+ tokens?$/).count(), patience).toBe(4)
    await expect.poll(() => page.getByText('done', { exact: true }).count(), patience).toBe(2)
    // The same weights and the same uniforms: the same tokens.
    const facts = (of: ReturnType<typeof lane>) => of.locator('.sample-response header').allInnerTexts()
    const judged = (texts: readonly string[]) => texts.map((text) => text.replace(/\s*\d+ (min|s)\b.*$/, ''))
    expect(judged(await facts(twin))).toEqual(judged(await facts(lane('builtin:arithmetic-1m'))))

    await twin.getByRole('application').first().focus()
    await page.keyboard.press('ArrowRight')
    const inspector = page.getByRole('complementary', { name: 'Numbers of a token' })
    await expect
      .poll(() => inspector.textContent(), patience)
      .toMatch(/Position2 of \d+.*Probability.*Likeliest tokens/)
    expect(await inspector.getByRole('listitem').count()).toBe(5)
    await screenshot(page, 'sample-light')
    expect(await violationsOf(page)).toEqual([])

    const { prompt, rollouts } = groupsOfStep(sample.db, sample.archer, 30)[0]!
    await page.goto(`${origin}/#/runs/${sample.archer}/rollouts/30`)
    await page.getByRole('link', { name: 'Sample this prompt' }).first().click()
    await expect.poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue(), patience).toBe(prompt)
    await page.goto(`${origin}/#/runs/${sample.archer}/events`)
    await page.getByRole('cell').getByRole('link', { name: 'Sample' }).first().click()
    await page.getByRole('combobox', { name: 'Checkpoint' }).waitFor(patience)

    await page.goto(`${origin}/#/rollout/${rollouts[0]!.id}`)
    await page.getByRole('link', { name: 'Score with another model' }).click()
    await page.getByRole('combobox', { name: 'Choose a model' }).fill('arithmetic-1m')
    await page.keyboard.press('Enter')
    // The sample workspace's tokens are nobody's: the sentence says where the tokenizers part.
    await page.getByText(/The tokenizer of builtin:arithmetic-1m is another one: token \d+/).waitFor(patience)
    await page.context().close()
    expect(stage.complaints).toEqual([])
  },
  pageTimeoutMs,
)

test('a field says what is wrong with it, in the language of the page; only runs with a checkpoint are offered', async () => {
  const page = await stage.openPage('light')
  await page.goto(`${new URL(stage.server.url).origin}/#/sample`)
  const error = (label: string) => page.getByLabel(label, { exact: true }).locator('xpath=../..').getByRole('alert')
  await page.getByLabel('Responses', { exact: true }).fill('64')
  await page.getByLabel('Temperature', { exact: true }).fill('-1')
  await page.getByLabel('Most tokens', { exact: true }).fill('')
  await error('Responses').getByText('Must be at most 32, got 64.').waitFor()
  await error('Temperature').getByText('Must be above 0, got -1.').waitFor()
  await error('Most tokens').getByText('Must be a number; it is empty.').waitFor()
  expect(await page.getByRole('button', { name: 'Sample' }).isDisabled()).toBe(true)
  await screenshot(page, 'sample-errors')
  const offered = await page
    .locator('.model-chooser option')
    .evaluateAll((all) => all.map((one) => one.getAttribute('value')))
  expect(offered).toContain(sample.archer)
  expect(offered).not.toContain(sample.short)
  await page.getByLabel('Device').focus()
  await page.getByRole('option', { name: 'dml: not usable here' }).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitem', { name: '中文' }).click()
  await page.getByText('不得大于 32').waitFor()
  await screenshot(page, 'sample-errors-chinese')
  await page.getByRole('button', { name: '语言' }).click()
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByText('Must be at most 32').waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('models with different tokenizers side by side are told not to line up', async () => {
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(stage.server.url).origin}/#/sample`)
  await page.getByRole('combobox', { name: 'Add a model' }).fill(resolve('test/fixtures/models/qwen2-tied'))
  await page.getByRole('button', { name: 'Take this model' }).click()
  await page.getByLabel('Most tokens').fill('8')
  await page.keyboard.press('Control+Enter')
  await page.getByText('These models have different tokenizers').waitFor(patience)
  await expect.poll(() => page.getByText('done', { exact: true }).count(), patience).toBe(2)
  await screenshot(page, 'sample-tokenizers-dark')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})
