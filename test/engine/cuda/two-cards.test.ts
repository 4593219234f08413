/** Two cards at once, each with a process of its own, on a library that keeps their memory and streams apart. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { buildStandIn, standInMissing } from '../../helpers/nvidia-stand-in/build.ts'

const script = join(import.meta.dirname, '../../helpers/nvidia-stand-in/run-on-card.ts')
const missing = standInMissing()

test.skipIf(missing)(
  `two processes compute side by side, each on its own card${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quiver-cards-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const library = buildStandIn(folder)
    const started = ['cuda', 'cuda:1'].map((device) => {
      const env = { ...process.env, STAND_IN_CARDS: '2' }
      const child = spawn(process.execPath, [script, library, folder, device], { env, stdio: 'pipe' })
      onTestFinished(() => void child.kill())
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      return { child, next: async () => JSON.parse((await lines.next()).value ?? (await failureOf(child))) }
    })
    const held = await Promise.all(started.map(({ next }) => next()))
    expect(held).toEqual([
      { card: 'Stand-in 40', index: 0 },
      { card: 'Stand-in 41', index: 1 },
    ])
    for (const { child } of started) child.stdin.write('\n')
    expect(await Promise.all(started.map(({ next }) => next()))).toEqual([
      { read: [0, 1, 2, 3], used: 10 * 2 ** 30 },
      { read: [10, 11, 12, 13], used: 11 * 2 ** 30 },
    ])
  },
  60_000,
)

async function failureOf({ stderr }: ChildProcess): Promise<never> {
  const [text] = await once(stderr!, 'data')
  throw new Error(String(text))
}
