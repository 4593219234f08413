/** Cosine and sine tables of rotary position embedding (Su et al. 2021), angles in float64 as position · frequency. */
import type { Executor } from '../engine/executor.ts'
import { state, type Value } from '../engine/graph.ts'
import { rope } from '../engine/ops/network.ts'
import type { ModelConfig } from './config.ts'

/** Tables [positions, headDim / 2]. */
function ropeTables(config: ModelConfig, positions: number): { cos: Float32Array; sin: Float32Array } {
  const half = config.headDim / 2
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * config.ropeFrequencies[pair]!
      cos[position * half + pair] = Math.cos(angle)
      sin[position * half + pair] = Math.sin(angle)
    }
  }
  return { cos, sin }
}

/** Puts the tables of all of the model's positions into state `rope/cos`, `rope/sin`. */
export function createRopeState(executor: Executor, config: ModelConfig): void {
  const tables = ropeTables(config, config.maxPositionEmbeddings)
  const shape = [config.maxPositionEmbeddings, config.headDim / 2]
  executor.createState('rope/cos', { shape, data: tables.cos })
  executor.createState('rope/sin', { shape, data: tables.sin })
}

/** Rotation of heads to int32 `positions` [rows], from the tables in state. */
export function rotation(config: ModelConfig, positions: Value): (x: Value, heads: number) => Value {
  const shape = [config.maxPositionEmbeddings, config.headDim / 2]
  const cos = state('rope/cos', shape)
  const sin = state('rope/sin', shape)
  return (x, heads) => rope(x, positions, cos, sin, heads)
}
