/** Dropout of the adapters' inputs in training. Masks follow from (seed, update, row's tokens, position, layer, module). */
import type { Executor, Tensor } from '../engine/executor.ts'
import { input, state, type Value } from '../engine/graph.ts'
import { dropoutMask, dropoutModulus } from '../engine/ops/dropout.ts'
import { mul } from '../engine/ops/elementwise.ts'
import { philox, randomStream } from '../util/rng.ts'
import type { ModelConfig } from './config.ts'
import type { TokenRows } from './policy.ts'
import { linearModules } from './tensors.ts'

/** Counters of one update's masks; a row's masks do not depend on the rows it is trained with. */
export interface DropoutCounters {
  readonly seed: number
  /** Updates so far. */
  readonly step: number
}

/** `model.layers.3.mlp.up_proj`: layer `model.layers.3`, kind `mlp.up_proj`. */
function partsOf(module: string): { layer: string; kind: string } {
  const [layer, kind] = [module.split('.').slice(0, 3), module.split('.').slice(3)]
  return { layer: layer.join('.'), kind: kind.join('.') }
}

const rateOf = (config: ModelConfig): number => config.adapter?.dropout ?? 0

/** Name of the input that holds a layer's keys [rows, 3]. */
export const keysInput = (layer: number): string => `model.layers.${layer}.dropout`

const tableState = (kind: string): string => `dropout/${kind}`

/** FNV-1a over 32-bit numbers. */
function hashOf(numbers: Iterable<number>): number {
  let hash = 0x811c9dc5
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193)
  return hash >>> 0
}

/** Puts one table per kind of module into state `dropout/…`; nothing without dropout. */
export function createDropoutState(executor: Executor, config: ModelConfig): void {
  if (rateOf(config) === 0) return
  for (const [module, [, width]] of linearModules(config)) {
    const { kind } = partsOf(module)
    if (executor.hasState(tableState(kind))) continue
    const salt = hashOf(Array.from(kind, (character) => character.charCodeAt(0)))
    const data = new Float32Array(width! * 3)
    for (let column = 0; column < width!; column++) {
      const [first, second, third] = philox(0, salt, column, 0, randomStream.dropout)
      data.set(
        [1 + (first % (dropoutModulus - 1)), 1 + (second % (dropoutModulus - 1)), third % dropoutModulus],
        column * 3,
      )
    }
    executor.createState(tableState(kind), { shape: [width!, 3], data })
  }
}

/** What a stack in training does to an adapter's input x [rows, width]; undefined without dropout. */
export function dropoutOf(config: ModelConfig): ((x: Value, module: string) => Value) | undefined {
  const rate = rateOf(config)
  if (rate === 0) return undefined
  return (x, module) => {
    const { layer, kind } = partsOf(module)
    const keys = input(`${layer}.dropout`, ['rows', 3])
    return mul(x, dropoutMask(keys, state(tableState(kind), [x.shape[1]!, 3]), rate))
  }
}

/** Keys of the packed tokens of some rows for every layer; nothing without dropout. A row's last token is no input. */
export function dropoutInputs(
  config: ModelConfig,
  { tokens, promptLengths, responseLengths }: TokenRows,
  { seed, step }: DropoutCounters,
): Record<string, Tensor> {
  if (rateOf(config) === 0) return {}
  const count = tokens.length - promptLengths.length
  return Object.fromEntries(
    Array.from({ length: config.layerCount }, (_, layer) => {
      const data = new Float32Array(count * 3)
      let offset = 0
      let packed = 0
      for (const [row, promptLength] of promptLengths.entries()) {
        const length = promptLength + responseLengths[row]!
        const hash = hashOf(tokens.subarray(offset, offset + length))
        for (let position = 0; position < length - 1; position++, packed++) {
          const [first, second] = philox(seed, step, hash, layer * 2 ** 20 + position, randomStream.dropout)
          data.set([first % dropoutModulus, second % dropoutModulus, 1], packed * 3)
        }
        offset += length
      }
      return [keysInput(layer), { shape: [count, 3], data }]
    }),
  )
}
