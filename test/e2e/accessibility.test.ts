import AxeBuilder from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { buildTimeoutMs, newWorkspace, openStage, type Stage } from './browser.ts'
import { fillWorkspace, type SampleWorkspace } from './sample-workspace.ts'

/** A dozen pages, each examined by axe, on a busy machine. */
const pagesTimeoutMs = 800_000
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let stage: Stage
let sample: SampleWorkspace

beforeAll(async () => {
  const workspace = newWorkspace()
  sample = fillWorkspace(workspace)
  stage = await openStage(workspace)
}, buildTimeoutMs)
afterAll(async () => {
  sample.db.close()
  await stage.close()
})

describe.each(['light', 'dark'] as const)('WCAG 2.2 A and AA as far as axe can tell, %s', (theme) => {
  test('no page has a violation', { timeout: pagesTimeoutMs }, async () => {
    const [one, other] = groupsOfStep(sample.db, sample.archer, 30)[1]!.rollouts
    const pages: readonly (readonly [address: string, shows: string])[] = [
      ['/', 'table >> text=archer-arithmetic'],
      [`/runs/${sample.archer}`, 'figure >> text=Clipped by class'],
      [`/runs/${sample.archer}/tokens`, '.token-cloud a'],
      [`/runs/${sample.archer}/events`, 'text=Held-out evaluations'],
      [`/runs/${sample.archer}/config`, 'text=token_entropy_quantile: 0.8'],
      [`/runs/${sample.archer}/rollouts/30`, 'text=32 responses'],
      [`/runs/${sample.archer}/rollouts?q=wrong`, 'text=/\\d+ responses/'],
      [`/rollout/${one!.id}`, 'text=Reasoning above quantile'],
      [`/pair/${one!.id}/${other!.id}`, 'text=Two responses'],
      ['/new', 'text=token_entropy_quantile'],
      [`/compare/${sample.archer},${sample.grpo}`, 'text=method.epsilon_high'],
      ['/curriculum', 'text=semantic entropy, nats'],
      ['/verifiers', 'text=Check 3 responses'],
      ['/sample', 'text=Nothing sampled yet'],
      [`/score/${one!.id}`, 'h1'],
      // The trials of the devices run on; what is examined is the page that waits for them, or shows them.
      ['/devices', 'h1 >> text=Devices'],
    ]
    const page = await stage.openPage(theme)
    const found: string[] = []
    for (const [address, shows] of pages) {
      await page.goto(`${new URL(stage.server.url).origin}/#${address}`)
      await page.locator(shows).first().waitFor()
      await page.waitForTimeout(400)
      const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
      for (const { id, nodes } of violations)
        found.push(
          `${address}: ${id}: ${nodes
            .slice(0, 3)
            .map((node) => node.target.join(' '))
            .join(', ')}`,
        )
    }
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search actions' }).waitFor()
    const { violations } = await new AxeBuilder({ page })
      .withTags(rules.filter((rule) => rule !== 'best-practice'))
      .analyze()
    found.push(...violations.map(({ id, nodes }) => `palette: ${id}: ${nodes.map((node) => node.target.join(' '))}`))
    await page.context().close()
    expect(found).toEqual([])
  })
})

test('the page speaks the chosen language, and tells so', { timeout: pagesTimeoutMs }, async () => {
  const page = await stage.openPage('light')
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitem', { name: '中文' }).click()
  await page.getByRole('heading', { name: '运行', exact: true }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  await page.reload()
  await page.getByRole('heading', { name: '运行', exact: true }).waitFor()
  await page.getByRole('button', { name: '语言' }).click()
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  await page.context().close()
})

test('the palette leads to a setting and to a curve; nothing moves for who asks for that', {
  timeout: pagesTimeoutMs,
}, async () => {
  const page = await stage.openPage('light')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const choose = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search actions' }).fill(text)
    await page.keyboard.press('Enter')
  }
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  await choose('optimizer.learning_rate')
  await page.locator('[data-path="optimizer.learning_rate"] input:focus').waitFor()
  await choose('Gradient norm')
  await page.getByRole('searchbox', { name: 'Find a curve' }).waitFor()
  await page.locator('figure >> text=Gradient norm').first().waitFor()
  const moving = await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length)
  expect(moving).toBe(0)
  await page.context().close()
})
