import { describe, expect, test } from 'vitest'
import { screenshot } from './browser.ts'
import { openSample } from './sample-workspace.ts'

const pageTimeoutMs = 200_000

const { stage, sample } = await openSample()

describe.each(['light', 'dark'] as const)('the verifier bench, %s', (theme) => {
  test('responses, references and a run are checked', { timeout: pageTimeoutMs }, async () => {
    const page = await stage.openPage(theme)
    await page.goto(`${new URL(stage.server.url).origin}/#/verifiers`)
    await page.getByRole('button', { name: 'Check 3 responses' }).click()
    const verdicts = page.getByRole('table', { name: 'Verdicts' })
    await verdicts.waitFor()
    expect(await verdicts.getByText('Correct', { exact: true }).count()).toBe(2)
    await screenshot(page, `verifiers-responses-${theme}`)

    await page.getByLabel('Run to take responses from').selectOption(sample.archer)
    await page.getByRole('button', { name: /^Take \d+ responses/ }).click()
    await page.getByRole('button', { name: /^Check 8 responses/ }).click()
    await expect.poll(() => verdicts.locator('tbody tr').count()).toBe(8)

    await page.getByRole('radio', { name: /^Weighted sum/ }).click()
    await verdicts.waitFor({ state: 'detached' })
    await screenshot(page, `verifiers-weighted-${theme}`)

    await page.getByRole('radio', { name: /^Multiple choice/ }).click()
    await page.getByRole('tab', { name: /references/ }).click()
    await page.getByRole('button', { name: 'Check the references' }).click()
    await page.getByRole('table', { name: 'References that do not verify' }).waitFor()
    await screenshot(page, `verifiers-dataset-${theme}`)
    await page.getByRole('radio', { name: /^Mathematics/ }).click()
    await page.getByRole('button', { name: 'Check the references' }).click()
    await page.getByText('512 of 512 references verify').waitFor()

    await page.getByRole('tab', { name: 'A run again' }).click()
    await page.getByRole('button', { name: 'Score again' }).click()
    await page.getByText(/verdicts? flips?/).waitFor()
    await screenshot(page, `verifiers-run-${theme}`)

    await page.getByLabel('Run', { exact: true }).selectOption(sample.grpo)
    await page.getByRole('radio', { name: /^Pattern/ }).click()
    await page.getByLabel('pattern', { exact: true }).fill('=(.+)')
    await page.reload()
    await page.getByRole('tab', { name: 'A run again', selected: true }).waitFor()
    expect(await page.getByLabel('Run', { exact: true }).inputValue()).toBe(sample.grpo)
    expect(await page.getByLabel('pattern', { exact: true }).inputValue()).toBe('=(.+)')
    await page.context().close()
    expect(stage.complaints).toEqual([])
  })
})
