import type { RunConfig } from '../../src-preload/contract/config.ts'
import { dataSentences } from '../../src-preload/contract/data-facts.ts'
import {
  diskSentences,
  type RunEstimate,
  samplesSentences,
  timeSentences,
} from '../../src-preload/contract/estimate.ts'
import { type MemoryEstimate, memoryParts, memorySentences, memoryText } from '../../src-preload/contract/preflight.ts'
import { plainSentence } from '../../src-preload/contract/sentence.ts'
import { estimateModel } from '../rl/preflight.ts'
import { completeEstimate } from '../services/run-estimate.ts'
import type { WriteDb } from '../store/sql.ts'
import { runPaths } from '../util/resources.ts'
import { table } from './output.ts'

/** What a run of a config that fits will take. */
export function estimateConfig(db: WriteDb, config: RunConfig): Promise<RunEstimate> {
  return completeEstimate(db, config, (timed) => estimateModel(config, runPaths(config), timed))
}

/** The estimate in sentences, a line for each thing. */
export const estimateLines = ({ memory, data, samples, disk, time }: RunEstimate): string[] =>
  [
    memorySentences(memory),
    dataSentences(data),
    samplesSentences(samples),
    timeSentences(time),
    diskSentences(disk),
  ].map((sentences) => sentences.map(plainSentence).join(' '))

/** Memory part by part. */
export function memoryTable(memory: MemoryEstimate): string {
  const parts = Object.entries(memoryParts).map(([name, part]) => ({
    ...part,
    bytes: memory.parts[name as keyof typeof memoryParts],
  }))
  const columns = {
    memory: (part: (typeof parts)[number]) => part.label,
    size: (part: (typeof parts)[number]) => memoryText(part.bytes),
    what: (part: (typeof parts)[number]) => part.description,
  }
  return table(
    parts.filter(({ bytes }) => bytes > 0),
    columns,
  )
}
