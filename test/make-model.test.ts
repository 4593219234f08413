import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openModel } from '../src-main/model/open-model.ts'
import { readDataset } from '../src-main/tasks/dataset.ts'

const run = promisify(execFile)

/** Builds the model at reduced scale and returns every file's bytes by its path. */
async function build(): Promise<{ files: Map<string, Buffer>; folder: string; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-make-model-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const options = ['--models', folder, '--datasets', folder, '--scale', '0.002', '--heldout', '4']
  const { stdout } = await run(process.execPath, ['src-main/make-model.ts', ...options])
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = await Promise.all(paths.map(async (path) => [path.slice(folder.length), await readFile(path)] as const))
  return { files: new Map(files.toSorted(([a], [b]) => a.localeCompare(b))), folder, output: stdout }
}

test('the same seed gives the same bytes, in folders that open', async () => {
  const first = await build()
  const second = await build()
  expect([...second.files.keys()]).toEqual([...first.files.keys()])
  for (const [path, bytes] of first.files) expect(second.files.get(path)!.equals(bytes), path).toBe(true)
  const { weights } = await openModel({ folder: join(first.folder, 'arithmetic-1m') })
  const parameters = [...weights.values()].reduce(
    (sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1),
    0,
  )
  expect(parameters).toBeGreaterThan(1_000_000)
  expect(parameters).toBeLessThan(3_000_000)
  expect((await readDataset(join(first.folder, 'arithmetic-heldout.jsonl'))).rows).toHaveLength(4)
  expect(first.output).toMatch(/eval\/greedy/)
})

test('the shipped problem sets are disjoint', async () => {
  const train = await readDataset('resources/datasets/arithmetic-train.jsonl')
  const heldOut = await readDataset('resources/datasets/arithmetic-heldout.jsonl')
  const prompts = new Set(train.rows.map(({ prompt }) => prompt))
  expect(heldOut.rows.filter(({ prompt }) => prompts.has(prompt))).toEqual([])
  expect(train.duplicates + heldOut.duplicates).toBe(0)
  expect(heldOut.rows[0]!.extra.difficulty).toBeTypeOf('number')
})
