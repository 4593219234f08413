/**
 * `npm run study`: every method on the same task at the same budget, several seeds each, and a report of what came out.
 * A study that was ended goes on where it was. Options: `--data FOLDER` (where runs and results lie), `--seeds N`,
 * `--only a,b` (variants, in this order), `--steps N` and `--samples N` (a trial), `--out FOLDER` (of the report),
 * `--report` (write the report of what there is, train nothing), `--known FILE` (a `results.json` whose cells count as
 * done).
 */
import '../util/compile-cache.ts'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { latestCheckpoint } from '../rl/checkpoint.ts'
import { metricSeries } from '../store/metrics.ts'
import { openStore } from '../store/open.ts'
import type { WriteDb } from '../store/sql.ts'
import { checkpointsFolder } from '../store/workspace.ts'
import { UserError } from '../util/assert.ts'
import { resourcesFolder } from '../util/resources.ts'
import { type Cell, cellSchema, curveNames, type HeldOutSamples, studyResultsSchema } from './cell.ts'
import { farVariants } from './far-variants.ts'
import { sampleHeldOut } from './held-out.ts'
import { writeReport } from './report.ts'
import { prepareTask, type TaskFiles } from './task.ts'
import { trainCell } from './train-cell.ts'
import { cellConfig, cellId, studySetting, type Variant, variants } from './variants.ts'

const allVariants = [...variants, ...farVariants]

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: 'study' },
    out: { type: 'string', default: join(resourcesFolder, 'docs', 'study') },
    seeds: { type: 'string', default: '3' },
    only: { type: 'string' },
    steps: { type: 'string' },
    samples: { type: 'string', default: '64' },
    report: { type: 'boolean', default: false },
    known: { type: 'string' },
  },
})
const folder = resolve(options.data)
const cells = join(folder, 'cells')
const samples = Number(options.samples)
const heldOutSeed = 1

await study().catch((error: unknown) => {
  process.stderr.write(`${error instanceof UserError ? error.message : error instanceof Error ? error.stack : error}\n`)
  process.exitCode = 1
})

async function study(): Promise<void> {
  const chosen = chosenVariants()
  await mkdir(cells, { recursive: true })
  if (options.known !== undefined) await takeOver(options.known)
  if (!options.report) {
    const files = await prepareTask(join(folder, 'task'))
    const db = openStore(folder, 'write')
    try {
      await fillCells(db, files, chosen)
    } finally {
      db.close()
    }
  }
  const path = await writeReport(options.out, await readResults(), variants)
  process.stdout.write(`${path}\n`)
}

function chosenVariants(): readonly Variant[] {
  const wanted = options.only?.split(',')
  const unknown = wanted?.filter((id) => !allVariants.some((variant) => variant.id === id)) ?? []
  if (unknown.length > 0)
    throw new UserError(
      `There is no variant ${unknown.join(', ')}. The study has: ${allVariants.map(({ id }) => id).join(', ')}.`,
    )
  return wanted?.map((id) => allVariants.find((variant) => variant.id === id)!) ?? allVariants
}

/** Writes the cells of an earlier study that this one does not have. */
async function takeOver(path: string): Promise<void> {
  const { start, cells: known } = studyResultsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  await keep('start', start)
  for (const cell of known) await keep(cellId({ id: cell.variant }, cell.seed), cell)
}

async function keep(name: string, result: Cell | HeldOutSamples): Promise<void> {
  const path = join(cells, `${name}.json`)
  if (!existsSync(path)) await writeFile(path, `${JSON.stringify(result)}\n`)
}

async function fillCells(db: WriteDb, files: TaskFiles, chosen: readonly Variant[]): Promise<void> {
  await once('start', () => sampleHeldOut(files.model, files.heldOut, samples, heldOutSeed))
  const steps = options.steps === undefined ? undefined : Number(options.steps)
  for (let seed = 1; seed <= Number(options.seeds); seed++)
    for (const variant of chosen) {
      const id = cellId(variant, seed)
      await once(id, async () => {
        await trainCell(db, id, cellConfig(variant, seed, files, steps))
        return readCell(db, id, variant, seed, files)
      })
    }
}

/** Makes a result unless it is there; a file with its final name is whole. */
async function once(name: string, make: () => Promise<Cell | HeldOutSamples>): Promise<void> {
  const path = join(cells, `${name}.json`)
  if (existsSync(path)) return
  const startedMs = Date.now()
  await writeFile(`${path}.partial`, `${JSON.stringify(await make())}\n`)
  await rename(`${path}.partial`, path)
  process.stdout.write(`${name}  ${Math.round((Date.now() - startedMs) / 1000)} s\n`)
}

async function readCell(db: WriteDb, id: string, variant: Variant, seed: number, files: TaskFiles): Promise<Cell> {
  const checkpoint = await latestCheckpoint(checkpointsFolder(folder, id))
  if (!checkpoint) throw new UserError(`The run "${id}" is finished and has no checkpoint. Delete it and start again.`)
  const { values } = metricSeries(db, { id, afterStep: 0, names: curveNames })
  const rounded = (column: readonly (number | null)[]) => column.map((value) => value && Number(value.toPrecision(5)))
  const curves = Object.fromEntries(Object.entries(values).map(([name, column]) => [name, rounded(column)]))
  return {
    variant: variant.id,
    seed,
    curves,
    heldOut: await sampleHeldOut(checkpoint.folder, files.heldOut, samples, heldOutSeed + seed),
  }
}

async function readResults() {
  const names = (await readdir(cells)).filter((name) => name.endsWith('.json') && name !== 'start.json')
  const parse = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(cells, name), 'utf8'))
  if (!existsSync(join(cells, 'start.json')))
    throw new UserError(`${folder} holds no study yet. Run it without --report.`)
  const all = await Promise.all(names.map(async (name) => cellSchema.parse(await parse(name))))
  const steps = Math.max(0, ...all.map(({ curves }) => curves.entropy?.length ?? 0))
  return { setting: studySetting(steps), start: (await parse('start.json')) as HeldOutSamples, cells: all }
}
