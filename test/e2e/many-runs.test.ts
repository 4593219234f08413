import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { queuedRuns } from '../../src-main/store/queue.ts'
import { listRuns } from '../../src-main/store/runs.ts'
import { changeSettings } from '../../src-main/store/settings.ts'
import { writeManyRuns } from '../helpers/many-runs.ts'
import { buildTimeoutMs, newWorkspace, openStage, patience, type Stage, screenshot } from './browser.ts'

const count = 200
let stage: Stage

beforeAll(async () => {
  const workspace = newWorkspace()
  const db = openStore(workspace, 'write')
  writeManyRuns(db, count)
  db.close()
  stage = await openStage(workspace)
}, buildTimeoutMs)
afterAll(() => stage.close())

const runs = (): string[] => {
  const db = openStore(stage.workspace, 'read')
  const names = listRuns(db).map((run) => run.name)
  db.close()
  return names
}

test('two hundred runs: filtered, grouped, marked, deleted and brought back', async () => {
  const page = await stage.openPage('dark')
  const rows = page.locator('.run-table tbody tr[aria-rowindex]')
  await page.getByText('200 runs').waitFor()
  expect(await page.locator('.run-table').getAttribute('aria-rowcount')).toBe(String(count + 1))
  expect(await rows.count()).toBeLessThan(60)
  await screenshot(page, 'many-runs-dark')

  await page.getByLabel('Group the runs').selectOption('method')
  await page.getByRole('rowheader', { name: /^archer 67 runs/ }).waitFor()
  await page.getByLabel('Search runs').fill('method:grpo tag:sweep')
  await page.getByText('17 of 200 runs').waitFor()
  expect(page.url()).toContain('q=method')
  await page.getByLabel('Mark all shown runs').check()
  await page.getByText('17 marked').waitFor()
  await page.getByLabel('Tag to add to the marked runs').fill('checked')
  await page.keyboard.press('Enter')
  await page.getByLabel('Search runs').fill('tag:checked')
  await page.getByText('17 of 200 runs').waitFor()
  await screenshot(page, 'marked-runs-dark')

  await page.getByLabel('Search runs').fill('method:grpo tag:checked -status:interrupted status:finished')
  await page.getByLabel('Marked runs').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No run matches').waitFor()
  const left = runs().length
  expect(left).toBeLessThan(count)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => runs().length, patience).toBe(count)
  await page.getByLabel('Search runs').fill('')
  await expect.poll(() => rows.count(), patience).toBeGreaterThan(10)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('two hundred runs are compared: the first forty at once, with what is near the sight, and all when asked', async () => {
  const page = await stage.openPage('light')
  await page.getByText('200 runs').waitFor()
  await page.getByLabel('Mark all shown runs').check()
  await page.getByRole('button', { name: 'Compare 200' }).click()
  await page.getByText('The first 40 of 200 runs are compared.').waitFor()
  const heads = page.getByRole('region', { name: 'Metrics of each run' }).locator('.compare-name')
  await expect.poll(() => heads.count(), patience).toBe(40)
  expect(await page.locator('.picker-item .line-swatch').count()).toBe(40)
  expect(await page.locator('.chart-panel').count()).toBeLessThan(10)
  await screenshot(page, 'compare-many-light')
  await page.getByRole('region', { name: 'Curves', exact: true }).scrollIntoViewIfNeeded()
  await page.locator('.chart-panel').first().waitFor()
  expect(await page.locator('.chart-panel').count()).toBeLessThan(30)
  expect(await page.locator('.chart-place').count()).toBeGreaterThan(5)
  await screenshot(page, 'compare-many-curves-light')
  await page.getByRole('button', { name: 'Compare all 200' }).click()
  await expect.poll(() => heads.count(), patience).toBe(200)
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('marked runs are queued again, moved, held, taken out, and a queue is there after a reload', async () => {
  const db = openStore(stage.workspace, 'write')
  changeSettings(db, { queueHeld: true })
  const page = await stage.openPage('light')
  await page.getByLabel('Search runs').fill('name:archer-arithmetic-3')
  await page.getByLabel('Mark all shown runs').check()
  await page.getByRole('button', { name: 'Queue again' }).click()
  const queue = page.getByRole('region', { name: 'Queue' })
  const lines = queue.getByRole('listitem')
  await expect.poll(() => lines.count(), patience).toBeGreaterThan(2)
  const [first, second] = queuedRuns(db)
  await lines.nth(1).getByRole('button', { name: 'Move up in the queue' }).click()
  await expect.poll(() => queuedRuns(db).slice(0, 2), patience).toEqual([second, first])
  await page.reload()
  await queue.getByText('held').waitFor()
  await screenshot(page, 'queue-light')
  const before = queuedRuns(db)
  await lines.nth(1).getByRole('button', { name: 'Take out of the queue' }).click()
  await expect.poll(() => queuedRuns(db).length, patience).toBe(before.length - 1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => queuedRuns(db), patience).toEqual(before)
  for (let left = queuedRuns(db).length; left > 0; left--) {
    await expect.poll(() => lines.count(), patience).toBe(left)
    await lines.first().getByRole('button', { name: 'Take out of the queue' }).click()
    await expect.poll(() => queuedRuns(db).length, patience).toBe(left - 1)
  }
  await queue.waitFor({ state: 'detached' })
  db.close()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('columns are moved by keys and by dragging, kept over a reload, taken back and put as usual', async () => {
  const page = await stage.openPage('light')
  const heads = async (): Promise<string[]> => (await page.locator('.run-table thead th').allTextContents()).slice(2, 6)
  await expect.poll(heads, patience).toEqual(['Method', 'Status', 'Progress', 'Reward'])
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'Move Method right' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect.poll(heads, patience).toEqual(['Status', 'Progress', 'Method', 'Reward'])
  await page.getByLabel('Notes', { exact: true }).check()
  await screenshot(page, 'columns-light')
  await page.keyboard.press('Escape')

  const head = (name: string) => page.locator('.run-table thead').getByText(name, { exact: true })
  await head('Reward').dragTo(head('Status'))
  await expect.poll(heads, patience).toEqual(['Reward', 'Status', 'Progress', 'Method'])
  await page.reload()
  await expect.poll(heads, patience).toEqual(['Reward', 'Status', 'Progress', 'Method'])

  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(heads, patience).toEqual(['Status', 'Progress', 'Method', 'Reward'])
  for (const box of await page.locator('.column-choice').getByRole('checkbox').all()) await box.check()
  await page.keyboard.press('Escape')
  const name = page.locator('.run-table tbody .run-name').first()
  const left = async (): Promise<number> => (await name.boundingBox())!.x
  const before = await left()
  const scrolled = await page.locator('main').evaluate((box) => {
    box.scrollLeft = 400
    return box.scrollLeft
  })
  expect(scrolled, 'all columns are wider than the window').toBeGreaterThan(100)
  await expect.poll(left, patience).toBeGreaterThan(before - 41)
  await screenshot(page, 'all-columns-light')
  await page.locator('main').evaluate((box) => box.scrollTo(0, 0))
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'Usual columns' }).click()
  await expect.poll(heads, patience).toEqual(['Method', 'Status', 'Progress', 'Reward'])
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('several recipes are queued at once; one that does not fit stays marked, with the reason', async () => {
  const db = openStore(stage.workspace, 'write')
  changeSettings(db, { queueHeld: true })
  const before = queuedRuns(db).length
  const page = await stage.openPage('dark')
  await page.goto(`${new URL(page.url()).origin}/#/new`)
  const recipes = page.getByRole('region', { name: 'Recipes', exact: true })
  await recipes.getByText('Published settings').click()
  for (const title of ['Archer on arithmetic', 'GRPO on arithmetic', 'Archer math, DeepSeek-R1-Distill-Qwen-1.5B'])
    await recipes.getByLabel(`Mark ${title}`, { exact: true }).check()
  const marked = page.getByRole('region', { name: 'Marked recipes' })
  await marked.getByText('3 marked').waitFor()
  await marked.getByRole('button', { name: 'Queue as they are' }).click()
  await marked.getByText('1 marked').waitFor()
  await expect.poll(() => marked.getByRole('alert').textContent(), patience).toContain('model')
  await screenshot(page, 'queue-recipes-dark')
  expect(queuedRuns(db).length).toBe(before + 2)
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('region', { name: 'Queue' }).getByText('grpo-arithmetic').first().waitFor()
  db.close()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('changed settings are there again after another recipe, and after a reload', async () => {
  const page = await stage.openPage('light')
  const origin = new URL(page.url()).origin
  const steps = page.locator('[data-path="steps"] input')
  await page.goto(`${origin}/#/new/grpo-arithmetic`)
  await steps.fill('7')
  await page.getByRole('link', { name: /^DAPO on arithmetic/ }).click()
  await expect.poll(() => steps.inputValue(), patience).toBe('60')
  await page.getByRole('link', { name: /^GRPO on arithmetic/ }).click()
  await expect.poll(() => steps.inputValue(), patience).toBe('7')
  await page.reload()
  await expect.poll(() => steps.inputValue(), patience).toBe('7')
  await page.context().close()
  expect(stage.complaints).toEqual([])
})
