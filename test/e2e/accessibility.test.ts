import { describe, expect, test } from 'vitest'
import { allPages } from './all-pages.ts'
import { allRules, colourRules, violationsOf } from './axe.ts'
import { patience } from './browser.ts'
import { openSample } from './sample-workspace.ts'

/** A dozen pages, each examined by axe, on a busy machine. */
const pagesTimeoutMs = 800_000

const { stage, sample } = await openSample()

describe.each([
  ['light', allRules],
  // What is named, ordered and reachable does not depend on the theme.
  ['dark', colourRules],
] as const)('WCAG 2.2 A and AA as far as axe can tell, %s', (theme, rules) => {
  test('no page has a violation', { timeout: pagesTimeoutMs }, async () => {
    const page = await stage.openPage(theme)
    const found: string[] = []
    const examine = async (name: string, by: readonly string[] = rules): Promise<void> => {
      found.push(...(await violationsOf(page, by)).map((violation) => `${name}: ${violation}`))
    }
    for (const [address, shows] of allPages(sample)) {
      await page.goto(`${new URL(stage.server.url).origin}/#${address}`)
      await page.locator(shows).first().waitFor()
      await page.waitForTimeout(400)
      await examine(address)
    }
    await page.goto(`${new URL(stage.server.url).origin}/#/new`)
    await page.getByRole('button', { name: 'Try three samples' }).click()
    await expect.poll(() => page.locator('.dry-run-sample dl').count(), patience).toBe(3)
    await examine('dry run')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search actions' }).waitFor()
    // A palette has no headings and landmarks.
    await examine('palette', theme === 'dark' ? rules : undefined)
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
