import {
  byEntropy,
  type EntropyBin,
  equalParts,
  type PassDetail,
  type PassSummary,
  type PromptEntropy,
  passSettings,
  type StageSummary,
} from '../../src-preload/contract/curriculum.ts'
import { workspaceOf } from '../store/open.ts'
import {
  claimPass,
  ensurePass,
  passSummary,
  promptEntropies,
  recordPassFailure,
  releasePass,
  stopPass,
} from '../store/semantic-entropy.ts'
import type { ReadDb, WriteDb } from '../store/sql.ts'
import { passLogFile } from '../store/workspace.ts'
import { UserError } from '../util/assert.ts'
import { processStartTime } from '../util/process.ts'
import { checkConfig } from './check-config.ts'
import { startNodeProcess } from './node-process.ts'
import { withAbsolutePaths } from './runs.ts'

const histogramBins = 16

/**
 * Starts the semantic-entropy pass that a run with this config (object or YAML text) would need, or goes on with it; a
 * finished or running one is left alone. Throws UserError when the config is bad.
 */
export async function startPass(db: WriteDb, input: unknown): Promise<string> {
  const { config, issues } = await checkConfig(db, input)
  if (!config || issues.length > 0)
    throw new UserError(issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('\n'))
  const id = ensurePass(db, passSettings(withAbsolutePaths(config)), Date.now())
  if (passSummary(db, id).status !== 'stopped') return id
  // What an earlier process said of its failure is no longer so.
  releasePass(db, id, null)
  const threads = config.threads ? ['--threads', String(config.threads)] : []
  const words = ['--data', workspaceOf(db), '--pass', id, ...threads]
  const pid = startNodeProcess('semantic-entropy.ts', words, passLogFile(workspaceOf(db), id), () => {
    if (db.open) recordPassFailure(db, id)
  })
  // For the process, which takes a while to come up: the pass is running from now on.
  if (pid !== undefined) claimPass(db, id, { pid, startTime: processStartTime(pid) })
  return id
}

export function stopRunningPass(db: WriteDb, id: string): void {
  const { status } = passSummary(db, id)
  if (status !== 'running') throw new UserError(`The pass "${id}" is ${status}: there is nothing to stop.`)
  stopPass(db, id)
}

/** A pass with its histogram, and the stages a curriculum of so many would have of what is known so far. */
export function passDetail(db: ReadDb, id: string, stages: number): PassDetail {
  const summary = passSummary(db, id)
  const prompts = promptEntropies(db, id)
  return {
    summary,
    histogram: histogramOf(prompts, summary),
    stages: equalParts(byEntropy(prompts), stages).flatMap((part) => (part.length > 0 ? [stageOf(part)] : [])),
    unanswered: prompts.reduce((sum, { clusters }) => sum + clusters.filter(({ answer }) => answer === null).length, 0),
    means:
      prompts.length === 0
        ? null
        : { entropy: meanOf(prompts, ({ entropy }) => entropy), accuracy: meanOf(prompts, ({ accuracy }) => accuracy) },
  }
}

/** Prompts of a pass by entropy, a part of the list. */
export function passPrompts(
  db: ReadDb,
  { id, offset, limit, highestFirst }: { id: string; offset: number; limit: number; highestFirst: boolean },
): PromptEntropy[] {
  passSummary(db, id)
  const sorted = byEntropy(promptEntropies(db, id))
  return (highestFirst ? sorted.reverse() : sorted).slice(offset, offset + limit)
}

function stageOf(part: readonly PromptEntropy[]): StageSummary {
  return {
    prompts: part.length,
    lowest: part[0]!.entropy,
    highest: part.at(-1)!.entropy,
    accuracy: meanOf(part, ({ accuracy }) => accuracy),
  }
}

/** Bars of equal width from 0 to the largest entropy so many samples can have. */
function histogramOf(prompts: readonly PromptEntropy[], { settings }: PassSummary): EntropyBin[] {
  const width = Math.max(Math.log(settings.num_samples), 1e-9) / histogramBins
  const binOf = ({ entropy }: PromptEntropy): number => Math.min(histogramBins - 1, Math.floor(entropy / width))
  const bins = Map.groupBy(prompts, binOf)
  return Array.from({ length: histogramBins }, (_, index) => {
    const members = bins.get(index) ?? []
    return {
      from: index * width,
      prompts: members.length,
      accuracy: members.length === 0 ? null : meanOf(members, ({ accuracy }) => accuracy),
    }
  })
}

/** Mean over at least one prompt. */
function meanOf(prompts: readonly PromptEntropy[], value: (prompt: PromptEntropy) => number): number {
  return prompts.reduce((sum, prompt) => sum + value(prompt), 0) / prompts.length
}
