import { expect, test } from 'vitest'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { allPages } from './all-pages.ts'
import { patience, screenshot } from './browser.ts'
import { openSample } from './sample-workspace.ts'

const { stage, sample } = await openSample()
const page = await stage.openPage('light')

async function open(address: string, shows: string): Promise<void> {
  await page.goto(`${new URL(stage.server.url).origin}/#${address}`)
  await page.locator(shows).first().waitFor()
}

/** Text or name of what has the focus. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
  })
const top = (): Promise<number> => page.locator('main').evaluate((box) => box.scrollTop)

interface Stop {
  readonly name: string
  readonly ring: boolean
  readonly hidden: boolean
  readonly covered: boolean
}

/** The element that has the focus, and whether who looks at the page sees that; null where none has it. */
const stopHere = (): Promise<Stop | null> =>
  page.evaluate(() => {
    const at = document.activeElement
    if (!at || at === document.body) return null
    const { left, right, top, bottom, width, height } = at.getBoundingClientRect()
    const { outlineStyle, outlineWidth } = getComputedStyle(at)
    const above = document.elementFromPoint(left + width / 2, top + height / 2)
    return {
      name: `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent?.slice(0, 40)}`,
      ring: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0,
      hidden: width === 0 || bottom < 0 || top > innerHeight || right < 0 || left > innerWidth,
      covered: above !== null && !at.contains(above) && !above.contains(at) && !above.closest('label')?.contains(at),
    }
  })

/** Every page, stop by stop, on a busy machine. */
const pagesTimeoutMs = 600_000

test('Tab reaches what every page offers, visibly, and leaves again', { timeout: pagesTimeoutMs }, async () => {
  const wrong: string[] = []
  for (const [address, shows] of allPages(sample)) {
    await open(address, shows)
    await page.getByRole('link', { name: 'Quiver' }).focus()
    const seen: string[] = []
    for (let stops = 0; stops < 400; stops++) {
      await page.keyboard.press('Tab')
      const stop = await stopHere()
      if (stop === null || stop.name.includes('Skip to the page')) break
      seen.push(stop.name)
      for (const fault of ['hidden', 'covered'] as const)
        if (stop[fault]) wrong.push(`${address}: ${fault}: ${stop.name}`)
      if (!stop.ring) wrong.push(`${address}: no ring: ${stop.name}`)
    }
    expect(seen.length, `stops of ${address}`).toBeGreaterThan(10)
    expect(seen.length, `stops of ${address}`).toBeLessThan(400)
  }
  expect(wrong).toEqual([])
})

test('the skip link leads past the bar; a new page begins at its top, one gone back to is where it was left', async () => {
  await open('/new', 'text=token_entropy_quantile')
  await page.getByRole('link', { name: 'Quiver' }).focus()
  await page.keyboard.press('Shift+Tab')
  expect(await focused()).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  await page.keyboard.press('End')
  await expect.poll(top, patience).toBeGreaterThan(1000)
  const left = await top()
  await page.keyboard.press('g')
  await page.keyboard.press('v')
  await page.getByText('Check 3 responses').waitFor()
  await expect.poll(top, patience).toBe(0)
  await new Promise((done) => setTimeout(done, 500))
  expect(await top(), 'once the smooth scroll of the page before has ended').toBe(0)
  await page.goBack()
  await page.getByText('token_entropy_quantile').first().waitFor()
  await expect.poll(top, patience).toBeGreaterThan(left - 300)
})

test('menus, dialogs, palette and notices take the focus and give it back', async () => {
  await open(`/rollout/${groupsOfStep(sample.db, sample.archer, 30)[1]!.rollouts[0]!.id}`, 'text=Beside…')
  const button = page.getByRole('button', { name: 'Language' })
  await button.focus()
  await page.keyboard.press('Enter')
  await expect.poll(focused, patience).toBe('Language of the system')
  await page.keyboard.press('End')
  expect(await focused()).toBe('中文')
  await page.keyboard.press('Home')
  await page.keyboard.press('Escape')
  expect(await focused()).toBe('Language')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await focused()).toBe('Language')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  expect(await focused()).toMatch(/^Theme/)

  for (const [keys, name] of [
    [['?'], 'Keyboard shortcuts'],
    [['Control+k'], 'Command palette'],
  ] as const) {
    await button.focus()
    for (const key of keys) await page.keyboard.press(key)
    await page.getByRole('dialog', { name }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name }).waitFor({ state: 'detached' })
    expect(await focused()).toBe('Language')
  }
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await expect.poll(focused, patience).toBe('Notices')
  await page.keyboard.press('Escape')
  await expect.poll(focused, patience).toBe('Language')
})

test('lists are one stop of Tab, and the arrows go through their rows', async () => {
  await open('/', 'table >> text=archer-arithmetic')
  const mark = (name: string) => page.getByRole('checkbox', { name: `Mark ${name}` })
  await mark('archer-arithmetic').focus()
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe('Mark grpo-arithmetic')
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('grpo-arithmetic')
  await page.keyboard.press('ArrowUp')
  expect(await focused()).toBe('archer-arithmetic')
  expect(await page.locator('tbody input:not([tabindex="-1"])').count()).toBe(1)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'archer-arithmetic' }).waitFor()
  // The link is gone with its page: the keys scroll the new one.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), patience).toBe('MAIN')
})

test('every key of the sheet does what the sheet says of it', async () => {
  await open(`/runs/${sample.archer}`, 'figure >> text=Clipped by class')
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.waitFor()
  await screenshot(page, 'shortcuts-run-light')
  const keys = await sheet.locator('dl > div').evaluateAll((lines) => lines.map((line) => line.textContent ?? ''))
  expect(keys).toEqual(expect.arrayContaining(['Rollouts2', 'Find a curve/', 'CloneD', 'Pin to the topK']))
  await page.keyboard.press('Escape')
  for (const [key, address] of [
    ['2', /\/rollouts/],
    ['3', /\/tokens/],
    ['4', /\/events/],
    ['5', /\/config/],
    ['6', /\/log/],
    ['1', /\/runs\/[^/]+$/],
  ] as const) {
    await page.keyboard.press(key)
    await expect.poll(() => page.url(), patience).toMatch(address)
  }
  await page.keyboard.press('/')
  await expect.poll(focused, patience).toBe('Find a curve')
  await page.keyboard.press('Escape')
  await page.locator('main').focus()
  await page.keyboard.press('n')
  await page.getByRole('dialog', { name: /^Name, tags and notes/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('k')
  await page.getByRole('button', { name: 'Unpin' }).waitFor()
  await page.keyboard.press('k')
  await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
  await page.keyboard.press('d')
  await page.getByText(/^\d+ changes? from|0 changes/).waitFor()
  expect(stage.complaints).toEqual([])
})
