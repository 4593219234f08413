import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { studyResultsSchema } from '../../src-main/study/cell.ts'
import { appFolder, resolveDataset, resolveModel } from '../../src-main/util/resources.ts'
import { exited } from '../helpers/training.ts'
import { until } from '../helpers/until.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

/** A folder whose task is there already: the built-in model and a few problems, so that nothing has to be made first. */
function studyFolder(): string {
  const folder = temporaryFolder()
  const task = join(folder, 'task')
  mkdirSync(task)
  cpSync(resolveModel('builtin:arithmetic-1m'), join(task, 'model'), { recursive: true })
  for (const [name, count] of [
    ['train', 40],
    ['heldout', 4],
  ] as const) {
    const lines = readFileSync(resolveDataset(`builtin:arithmetic-${name}`), 'utf8').split('\n')
    writeFileSync(join(task, `${name}.jsonl`), lines.slice(0, count).join('\n'))
  }
  return folder
}

function startStudy(folder: string): ChildProcess {
  const words = ['--data', folder, '--out', join(folder, 'report'), '--only', 'grpo,archer', '--seeds', '2']
  const script = join(appFolder, 'src-main', 'study', 'main.ts')
  return spawn(process.execPath, [script, ...words, '--steps', '2', '--samples', '4'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const cellsOf = (folder: string): Record<string, unknown> =>
  Object.fromEntries(
    readdirSync(join(folder, 'cells')).map((name) => [
      name,
      JSON.parse(readFileSync(join(folder, 'cells', name), 'utf8')) as unknown,
    ]),
  )

test('a killed study goes on where it was, and comes to the same results', async () => {
  const whole = studyFolder()
  expect(await exited(startStudy(whole))).toBe(0)
  const results = studyResultsSchema.parse(JSON.parse(readFileSync(join(whole, 'report', 'results.json'), 'utf8')))
  expect(results.cells.map(({ variant, seed }) => `${variant} ${seed}`).toSorted()).toEqual([
    'archer 1',
    'archer 2',
    'grpo 1',
    'grpo 2',
  ])
  expect(results.setting.rollouts).toMatch(/^2 batches of 8 prompts/)
  for (const { curves, heldOut } of results.cells) {
    expect(curves.entropy).toHaveLength(2)
    expect(heldOut.correct).toHaveLength(4)
  }

  const known = join(temporaryFolder(), 'taken-over')
  const published = join(whole, 'report', 'results.json')
  const script = join(appFolder, 'src-main', 'study', 'main.ts')
  const words = ['--data', known, '--out', join(known, 'report'), '--known', published, '--report']
  expect(await exited(spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'ignore', 'inherit'] }))).toBe(0)
  expect(cellsOf(known)).toEqual(cellsOf(whole))

  const killed = studyFolder()
  const study = startStudy(killed)
  await until(() => existsSync(join(killed, 'cells', 'grpo-seed-1.json')))
  // In the midst of the second run, whose trainer lives on.
  await until(() => existsSync(join(killed, 'runs', 'archer-seed-1')))
  study.kill('SIGKILL')
  await exited(study)
  const before = readdirSync(join(killed, 'cells'))
  expect(before.length).toBeLessThan(5)
  expect(await exited(startStudy(killed))).toBe(0)
  expect(cellsOf(killed)).toEqual(cellsOf(whole))
})
