import { readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { VerifierOptions } from '../../../../src-preload/contract/verifier.ts'
import { UserError } from '../../../util/assert.ts'
import type { VerifyPool } from '../pool.ts'
import { rejected, type Verdict, type VerifyItem } from '../verdict.ts'
import { CustomProcess, type CustomSource } from './custom-process.ts'

/** Time one response may take; the process is then replaced and the verdict says so. */
const limitMs = 5000
const largestFile = 1 << 20

/** Reads a verifier's file. @throws UserError when there is none, or it is no JavaScript or TypeScript. */
export function readCustom(file: string): CustomSource {
  const path = resolve(file)
  if (!/\.(?:ts|mts|js|mjs)$/.test(path))
    throw new UserError(`The verifier ${path}: expected a file ending in .ts or .js.`)
  try {
    if (statSync(path).size > largestFile) throw new Error('it is larger than 1 MiB')
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`The verifier ${path} cannot be read (${reason}). \`quiver verifier new NAME\` makes one.`)
  }
}

/**
 * Checks responses with a verifier of the user's, in sandboxed processes that see its file and nothing of the host. The
 * file is read once, here. `verify` throws UserError when the verifier itself fails, SandboxUnavailable where no sandbox is.
 * @throws UserError when the file cannot be read.
 */
export function startCustomPool({ file }: VerifierOptions<'custom'>, workers = defaultWorkers()): VerifyPool {
  const source = readCustom(file)
  const idle: CustomProcess[] = []
  const all = new Set<CustomProcess>()
  const open = async (): Promise<CustomProcess> => {
    const process = new CustomProcess(source)
    all.add(process)
    await process.start()
    return process
  }
  const check = async (item: VerifyItem): Promise<Verdict> => {
    const process = idle.pop() ?? (await open())
    const verdict = await process.verify(item, limitMs)
    if (verdict) idle.push(process)
    else all.delete(process)
    return verdict ?? { ...rejected(null, `the verifier took over ${limitMs} ms`), timedOut: true, ms: limitMs }
  }
  return {
    ready: async () => {
      idle.push(await open())
      return `The verifier ${source.path} runs in Node.js under bubblewrap.`
    },
    verify: (items) => inLanes(items, workers, check),
    dispose: async () => {
      for (const process of all) process.stop()
    },
  }
}

const defaultWorkers = (): number => Math.max(1, Math.min(4, availableParallelism() - 1))

/** Results in the order of the items, of at most `lanes` at a time. */
async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane))
  return results
}
