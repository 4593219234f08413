import { totalmem } from 'node:os'
import type { ModelConfig } from './config.ts'
import { expectedTensors, trainedTensors } from './tensors.ts'
import { groups } from './training-programs.ts'

/** Share of the machine's memory beyond which a copy of the frozen weights costs more than it gains. */
const largestShare = 1 / 10

/** Bytes of the weights that never change: an adapter's base. */
function frozenBytes(config: ModelConfig): number {
  const sizes = frozenTensors(config).map(([, shape]) => shape.reduce((product, size) => product * size, 4))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

function frozenTensors(config: ModelConfig): [string, readonly number[]][] {
  if (!config.adapter) return []
  const trained = trainedTensors(config)
  return [...expectedTensors(config)].filter(([name]) => !trained.has(name))
}

/** Bytes of the copy that decoding holds; 0 where it takes none. */
export function frozenCopyBytes(config: ModelConfig): number {
  const bytes = frozenBytes(config)
  return bytes > totalmem() * largestShare ? 0 : bytes
}

/** States that decoding builds into its program: the frozen weights, where this machine has room for a copy. */
export function frozenStates(config: ModelConfig): string[] {
  if (frozenCopyBytes(config) === 0) return []
  return frozenTensors(config).map(([name]) => `${groups.policy}/${name}`)
}
