import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { type RunningServer, startServer } from '../../src-main/serve.ts'

const screenshotFolder = resolve(import.meta.dirname, '../../test-results')

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const chromiumOptions = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Stage {
  readonly browser: Browser
  readonly server: RunningServer
  readonly workspace: string
  /** Sentences the browser's console and the page's errors held; a test expects none. */
  readonly complaints: string[]
  readonly openPage: (theme: 'light' | 'dark') => Promise<Page>
  readonly close: () => Promise<void>
}

/** Opening a stage builds the page when its sources are newer. */
export const buildTimeoutMs = 300_000

/** How long a page may take to show something: shared machines are slow at times. */
export const patience = { timeout: 90_000 }

const workspacePrefix = 'quiver-e2e-'

export const newWorkspace = (): string => mkdtempSync(join(tmpdir(), workspacePrefix))

/** A real host on a workspace, and a real browser let in. */
export async function openStage(workspace: string): Promise<Stage> {
  if (!existsSync(executablePath))
    throw new Error(
      `The browser tests need Chromium at ${executablePath}: install it, or name another in CHROMIUM_PATH.`,
    )
  const server = await startServer({ port: 0, workspace })
  const browser = await chromium.launch({ executablePath, args: chromiumOptions })
  const complaints: string[] = []
  return {
    browser,
    server,
    workspace,
    complaints,
    openPage: async (theme) => {
      const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1280, height: 800 } })
      context.setDefaultTimeout(patience.timeout)
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(server.url)
      return page
    },
    close: async () => {
      await browser.close()
      await server.close().catch(() => {})
      // Only a workspace of `newWorkspace` is the stage's to remove.
      if (basename(workspace).startsWith(workspacePrefix)) rmSync(workspace, { recursive: true, force: true })
    },
  }
}

/** Writes what the page shows to `test-results/NAME.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshotFolder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(screenshotFolder, `${name}.png`) })
}
