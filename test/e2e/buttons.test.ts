import type { Page } from '@playwright/test'
import { expect, test } from 'vitest'
import { listRuns } from '../../src-main/store/runs.ts'
import { isActive } from '../../src-preload/contract/run.ts'
import { allPages, type PageOf } from './all-pages.ts'

import { installPresses } from './press.ts'
import { openSample } from './sample-workspace.ts'

/** Some hundred presses on a busy machine. */
const pressesTimeoutMs = 900_000
const pressesOfPage = 120

/** What starts a training, at once or from the queue (in rows by its icon), or a model, or changes the language of all names: other tests press it. */
const elsewhere =
  /Start |[Qq]ueue|circle-play|Sample$|Sample Ctrl|Try three|Sample the prompts|Resume|Go on|Score with another|中文|Try again/

/** What deletes something, by its name or its icon: other pages lack it until it is back. */
const deletes = / Delete$|trash/

const { stage, sample } = await openSample()

test('every button, menu item and link does something, and nothing fails', { timeout: pressesTimeoutMs }, async () => {
  const page = await stage.openPage('light')
  await page.addInitScript(installPresses)
  await page.reload()
  const known: string[] = []
  const wrong: string[] = []
  for (const place of allPages(sample)) {
    await show(page, place)
    for (let presses = 0; presses < pressesOfPage; presses++) {
      const press = await page.evaluate(([controls, pattern]) => window.pressNext(controls, new RegExp(pattern)), [
        known,
        elsewhere.source,
      ] as const)
      if (press === null && (await page.locator('dialog[open]').count()) === 0) break
      if (press) {
        known.push(press.control)
        if (!press.effect) wrong.push(`${place[0]}: nothing comes of ${press.control}`)
        if (listRuns(sample.db).some(({ status }) => isActive(status))) throw new Error(`${press.control} starts a run`)
        for (const complaint of stage.complaints.splice(0)) wrong.push(`${place[0]}: ${press.control}: ${complaint}`)
      } else await page.keyboard.press('Escape')
      await comeBack(page, place, press !== null && deletes.test(press.control))
    }
  }
  await page.context().close()
  expect(wrong).toEqual([])
  expect(known.length).toBeGreaterThan(120)
})

async function show(page: Page, [address, shows]: PageOf): Promise<void> {
  await page.goto(`${new URL(stage.server.url).origin}/#${address}`)
  try {
    await page.locator(shows).first().waitFor()
  } catch (cause) {
    throw new Error(`${address} does not show ${shows}: ${await page.locator('body').textContent()}`, { cause })
  }
}

/** Takes back what was deleted, once it is, and returns to the page where a press led away from it. */
async function comeBack(page: Page, place: PageOf, deleted: boolean): Promise<void> {
  const undo = page.locator('.notices').getByRole('button', { name: 'Undo' })
  if (deleted) await undo.first().waitFor()
  if ((await undo.count()) > 0) {
    await undo.first().click()
    await show(page, place)
  }
  const path = (address: string): string => address.split('?')[0]!
  if (path(new URL(page.url()).hash) !== path(`#${place[0]}`)) await show(page, place)
}
