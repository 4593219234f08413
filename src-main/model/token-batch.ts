/** Ragged rows as one padded, time-major batch for a training or scoring program. */
import type { Tensor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import type { ModelConfig } from './config.ts'
import type { TokenRows } from './policy.ts'

export interface TokenBatch {
  /** Equal pieces that attention cuts the queries into; `time` is a multiple. */
  readonly blocks: number
  readonly batch: number
  readonly time: number
  /** Response tokens. */
  readonly tokens: number
  /** Inputs `ids`, `positions`, `picks`, `inverse`, `targets` of the programs in `training-programs.ts`. */
  readonly inputs: Readonly<Record<string, Tensor>>
}

/** Throws a UserError when rows are not what a model of this config can read. */
export function requireRows({ tokens, promptLengths, responseLengths }: TokenRows, config: ModelConfig): void {
  if (promptLengths.length !== responseLengths.length) {
    throw new UserError(`Got ${promptLengths.length} prompt lengths and ${responseLengths.length} response lengths.`)
  }
  let total = 0
  for (const [row, promptLength] of promptLengths.entries()) {
    const length = promptLength + responseLengths[row]!
    if (promptLength < 1) throw new UserError(`Row ${row} has no prompt token; the first token needs a prefix.`)
    requireLength(`Row ${row}`, length, config)
    total += length
  }
  if (total !== tokens.length)
    throw new UserError(`The rows' lengths add up to ${total}, but there are ${tokens.length} tokens.`)
  requireIds(tokens, config)
}

export function requireLength(what: string, length: number, config: ModelConfig): void {
  if (length <= config.maxPositionEmbeddings) return
  throw new UserError(`${what} takes ${length} tokens, but the model has ${config.maxPositionEmbeddings} positions.`)
}

export function requireIds(ids: Int32Array, config: ModelConfig): void {
  const wrong = ids.findIndex((id) => id < 0 || id >= config.vocabSize)
  if (wrong < 0) return
  throw new UserError(
    `Token ${wrong} has id ${ids[wrong]}, but the vocabulary has the ids 0 to ${config.vocabSize - 1}.`,
  )
}

/** Longer rows gain more from skipping the future; each piece costs a few operations. */
function blocksFor(time: number): number {
  if (time < 48) return 1
  return time < 384 ? 4 : 8
}

/**
 * Right-pads rows to a common time: padding lies in every real token's future, so causal attention never sees it.
 * The hidden state at position p − 1 predicts the token at p.
 */
export function tokenBatch(rows: TokenRows): TokenBatch {
  const { tokens, promptLengths, responseLengths } = rows
  const batch = promptLengths.length
  const lengths = Array.from(promptLengths, (length, row) => length + responseLengths[row]!)
  // The last token of a row predicts nothing.
  const longest = Math.max(1, ...lengths) - 1 || 1
  const blocks = blocksFor(longest)
  const time = Math.ceil(longest / blocks) * blocks
  const count = responseLengths.reduce((sum, length) => sum + length, 0)
  const ids = new Int32Array(time * batch)
  const positions = new Int32Array(time * batch)
  for (let place = 0; place < positions.length; place++) positions[place] = Math.floor(place / batch)
  const picks = new Int32Array(count)
  const targets = new Int32Array(count)
  const inverse = new Int32Array(time * batch).fill(count)
  let offset = 0
  let token = 0
  for (const [row, length] of lengths.entries()) {
    for (let t = 0; t < Math.min(length, time); t++) ids[t * batch + row] = tokens[offset + t]!
    for (let t = promptLengths[row]!; t < length; t++, token++) {
      const place = (t - 1) * batch + row
      picks[token] = place
      inverse[place] = token
      targets[token] = tokens[offset + t]!
    }
    offset += length
  }
  const shape = [blocks, time / blocks, batch]
  return {
    blocks,
    batch,
    time,
    tokens: count,
    inputs: {
      ids: { shape, data: ids },
      positions: { shape, data: positions },
      picks: { shape: [count], data: picks },
      inverse: { shape: [time * batch], data: inverse },
      targets: { shape: [count], data: targets },
    },
  }
}
