/** Ragged rows as one packed batch for a training or scoring program. */
import type { Tensor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import type { ModelConfig } from './config.ts'
import type { TokenRows } from './policy.ts'

export interface TokenBatch extends Packing {
  /** Response tokens. */
  readonly tokens: number
  /** As of the packing, with `ids`, `picks`, `inverse`, `targets`. */
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
  const { maxPositionEmbeddings, slidingWindow } = config
  if (length > maxPositionEmbeddings)
    throw new UserError(`${what} takes ${length} tokens, but the model has ${maxPositionEmbeddings} positions.`)
  if (length > slidingWindow)
    throw new UserError(
      `${what} takes ${length} tokens, but the model's attention slides over ${slidingWindow} tokens, and only texts within the window are supported. Shorten prompt or response.`,
    )
}

export function requireIds(ids: Int32Array, config: ModelConfig): void {
  const wrong = ids.findIndex((id) => id < 0 || id >= config.vocabSize)
  if (wrong < 0) return
  throw new UserError(
    `Token ${wrong} has id ${ids[wrong]}, but the vocabulary has the ids 0 to ${config.vocabSize - 1}.`,
  )
}

/** Longer rows gain more from skipping the future; each piece costs a few operations. */
export function blocksFor(time: number): number {
  if (time < 24) return 1
  return time < 384 ? 4 : 8
}

export interface Packing {
  /** Equal pieces that attention cuts the queries into. */
  readonly blocks: number
  /** Rows of tokens, and the time that attention pads them to: a multiple of `blocks`. */
  readonly batch: number
  readonly time: number
  /** Tokens of all rows, padding left out. */
  readonly count: number
  /** Inputs `positions`, `spread`, `places`, `returns` of the programs in `training-programs.ts`. */
  readonly inputs: Readonly<Record<string, Tensor>>
}

/**
 * Lays rows of the given lengths end to end. Only attention sees them side by side, padded on the right to a common
 * time: padding lies in every real token's future, so causal attention never sees it.
 */
export function packing(lengths: readonly number[]): Packing {
  const batch = lengths.length
  const longest = Math.max(1, ...lengths)
  const blocks = blocksFor(longest)
  const time = Math.ceil(longest / blocks) * blocks
  const count = lengths.reduce((sum, length) => sum + length, 0)
  const positions = new Int32Array(count)
  const places = new Int32Array(count)
  const spread = new Int32Array(time * batch)
  const returns = new Int32Array(time * batch).fill(count)
  let token = 0
  for (const [row, length] of lengths.entries()) {
    for (let t = 0; t < length; t++, token++) {
      const place = t * batch + row
      positions[token] = t
      places[token] = place
      spread[place] = token
      returns[place] = token
    }
  }
  const padded = [blocks, time / blocks, batch]
  const inputs = {
    positions: { shape: [count], data: positions },
    spread: { shape: padded, data: spread },
    places: { shape: [count], data: places },
    returns: { shape: padded, data: returns },
  }
  return { blocks, batch, time, count, inputs }
}

/** The hidden state of the token before a response token predicts it; so the last token of a row is no input. */
export function tokenBatch(rows: TokenRows): TokenBatch {
  const { tokens, promptLengths, responseLengths } = rows
  const lengths = Array.from(promptLengths, (length, row) => length + responseLengths[row]! - 1)
  const { inputs, blocks, batch, time, count } = packing(lengths)
  const predicted = responseLengths.reduce((sum, length) => sum + length, 0)
  const ids = new Int32Array(count)
  const picks = new Int32Array(predicted)
  const targets = new Int32Array(predicted)
  const inverse = new Int32Array(count).fill(predicted)
  let packed = 0
  let token = 0
  for (const [row, length] of lengths.entries()) {
    // A row's last token is left out, so it starts `row` tokens further on in the given rows.
    ids.set(tokens.subarray(packed + row, packed + row + length), packed)
    for (let t = promptLengths[row]! - 1; t < length; t++, token++) {
      picks[token] = packed + t
      inverse[packed + t] = token
      targets[token] = tokens[packed + row + t + 1]!
    }
    packed += length
  }
  return {
    blocks,
    batch,
    time,
    count,
    tokens: predicted,
    inputs: {
      ...inputs,
      ids: { shape: [count], data: ids },
      picks: { shape: [predicted], data: picks },
      inverse: { shape: [count], data: inverse },
      targets: { shape: [predicted], data: targets },
    },
  }
}
