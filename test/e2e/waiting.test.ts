import type { Page, WebSocketRoute } from '@playwright/test'
import { expect, test } from 'vitest'
import { openSample } from './sample-workspace.ts'

const { stage, sample } = await openSample()

/** A page whose answers from the services, real ones, can be kept back for as long as a test wants. */
async function heldPage(): Promise<{ readonly page: Page; readonly hold: () => void; readonly release: () => void }> {
  const page = await stage.openPage('light')
  const kept: (() => void)[] = []
  let held = false
  await page.routeWebSocket(/.*/, (line: WebSocketRoute) => {
    const server = line.connectToServer()
    server.onMessage((message) => {
      if (held) kept.push(() => line.send(message))
      else line.send(message)
    })
  })
  await page.reload()
  await page.getByRole('link', { name: 'archer-arithmetic' }).first().waitFor()
  return {
    page,
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      for (const send of kept.splice(0)) send()
    },
  }
}

const bar = (page: Page) => page.getByRole('banner').getByRole('progressbar')

test('whatever is asked for, what takes longer than a moment shows that it goes on, until it is there', async () => {
  const { page, hold, release } = await heldPage()
  const origin = new URL(stage.server.url).origin
  const places: readonly (readonly [address: string, name: string, shows: string])[] = [
    [`/compare/${sample.archer},${sample.grpo}`, 'Report', 'text=method.epsilon_high'],
    [`/runs/${sample.archer}/rollouts?order=newest`, 'Show more of', 'text=/Show more of/'],
    ['/new', 'Queue', 'text=Everything fits'],
  ]
  for (const [address, name, shows] of places) {
    await page.goto(`${origin}/#${address}`)
    await page.locator(shows).first().waitFor()
    await bar(page).waitFor({ state: 'detached' })
    hold()
    await page.getByRole('main').getByRole('button', { name }).first().click()
    await bar(page).waitFor()
    release()
    await bar(page).waitFor({ state: 'detached' })
  }
  await page.getByText('The run is in the queue.').waitFor()
  await page.context().close()
  expect(stage.complaints).toEqual([])
})

test('of Queue and Start the one that was pressed says so, and both wait', async () => {
  const { page, hold, release } = await heldPage()
  await page.goto(`${new URL(stage.server.url).origin}/#/new`)
  await page.getByText('Everything fits').waitFor()
  hold()
  await page.getByRole('button', { name: 'Queue', exact: true }).click()
  await page.getByRole('button', { name: 'Queueing…' }).waitFor()
  const start = page.getByRole('button', { name: /^(Start the run|Checking…|Starting…)/ })
  expect(await start.textContent()).not.toContain('Starting')
  expect(await start.isDisabled()).toBe(true)
  release()
  await page.getByText('The run is in the queue.').waitFor()
  await page.getByRole('button', { name: /^Start the run/, disabled: false }).waitFor()
  await page.context().close()
})
