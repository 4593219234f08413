import type { RunConfig } from '../../src-preload/contract/config.ts'
import { type MemoryEstimate, memoryParts, memorySentence, memoryText } from '../../src-preload/contract/preflight.ts'
import { estimateMemory } from '../rl/preflight.ts'
import { resolveDataset, resolveModel } from '../util/resources.ts'
import { table } from './output.ts'

/** What a run of a config will hold in memory. */
export function estimateConfig(config: RunConfig): Promise<MemoryEstimate> {
  return estimateMemory(config, { model: resolveModel(config.model), train: resolveDataset(config.data.train) })
}

/** The estimate part by part. */
export function memoryLines(estimate: MemoryEstimate): string[] {
  const parts = Object.entries(memoryParts).map(([name, part]) => ({
    ...part,
    bytes: estimate.parts[name as keyof typeof memoryParts],
  }))
  const columns = {
    memory: (part: (typeof parts)[number]) => part.label,
    size: (part: (typeof parts)[number]) => memoryText(part.bytes),
    what: (part: (typeof parts)[number]) => part.description,
  }
  const held = parts.filter(({ bytes }) => bytes > 0)
  return [table(held, columns), memorySentence(estimate)]
}
