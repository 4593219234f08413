import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { UserError } from '../util/assert.ts'
import { byteToken, decodeByteLevel } from './byte-level.ts'
import { type ChatMessage, openChatTemplate, type RenderChat, tokenText } from './chat-template.ts'
import { readJsonObject } from './json-file.ts'

export interface DecodeOptions {
  /** Leaves out end-of-sequence, padding and other special tokens. */
  readonly skipSpecialTokens?: boolean
}

/** Text to token ids and back, as the folder's `tokenizer.json` says. */
export interface Tokenizer {
  readonly vocabSize: number
  /** The `eos_token`; a model's `generation_config.json` may name more. */
  readonly eosTokenIds: readonly number[]
  readonly padTokenId: number | undefined
  /** Ids of `text`; special tokens are recognised where they are written, none is added. @throws UserError for unknown characters. */
  encode(text: string): Int32Array
  /** Text of `ids`, spaces as they are; bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string
  /** One piece of text per id; the pieces concatenate to `decode(ids)`. A character split over tokens stands on its last. */
  decodeEach(ids: ArrayLike<number>, options?: DecodeOptions): string[]
  /** Sixteen hexadecimal digits over the vocabulary: equal for tokenizers whose ids all stand for the same text. */
  digest(): string
  readonly hasChatTemplate: boolean
  /** Prompt text of a conversation with the opening of the assistant's turn. @throws UserError without a template. */
  applyChatTemplate(messages: readonly ChatMessage[]): string
}

/**
 * Opens `tokenizer.json` and `tokenizer_config.json` of a Hugging Face folder.
 * @throws UserError when a file is missing or damaged.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json')
  const definition = await readJsonObject(path)
  const config = await readJsonObject(join(folder, 'tokenizer_config.json'), {})
  const render = await openChatTemplate(folder, config)
  let inner: HuggingFaceTokenizer
  try {
    inner = new HuggingFaceTokenizer(definition, config)
  } catch (error) {
    throw new UserError(`${path} is not a tokenizer that can be read: ${(error as Error).message}.`)
  }
  return createTokenizer(inner, definition, config, render, path)
}

function createTokenizer(
  inner: HuggingFaceTokenizer,
  definition: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  render: RenderChat | undefined,
  path: string,
): Tokenizer {
  const specials = specialIds(inner)
  const byteLevel = hasByteLevelDecoder(definition)
  const pieces = byteLevel ? byteLevelPieces : prefixPieces
  const missingBytes = byteLevel ? absentBytes(inner) : new Set<number>()
  const decodeEach = (ids: ArrayLike<number>, options: DecodeOptions = {}): string[] => {
    const list = Array.from(ids)
    const shown = options.skipSpecialTokens ? list.filter((id) => !specials.has(id)) : list
    const texts = pieces(inner, shown)
    if (shown.length === list.length) return texts
    let next = 0
    return list.map((id) => (specials.has(id) ? '' : texts[next++]!))
  }
  const eosTokenId = tokenOf(inner, config.eos_token)
  return {
    vocabSize: inner.get_vocab(true).size,
    eosTokenIds: eosTokenId === undefined ? [] : [eosTokenId],
    padTokenId: tokenOf(inner, config.pad_token),
    encode: (text) => encodeText(inner, missingBytes, text, path),
    decode: (ids, options) => decodeEach(ids, options).join(''),
    decodeEach,
    digest: () => vocabularyDigest(inner),
    hasChatTemplate: render !== undefined,
    applyChatTemplate: (messages) => {
      if (!render)
        throw new UserError(
          `${path}: the tokenizer has no chat template, so a conversation cannot become a prompt. Use plain text prompts or a chat model.`,
        )
      return render(messages)
    },
  }
}

function vocabularyDigest(inner: HuggingFaceTokenizer): string {
  const entries = [...inner.get_vocab(true)].sort(([, a], [, b]) => a - b)
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16)
}

/** Text into ids; a tokenizer drops what its vocabulary lacks without a word, so that is looked for first. */
function encodeText(
  inner: HuggingFaceTokenizer,
  missingBytes: ReadonlySet<number>,
  text: string,
  path: string,
): Int32Array {
  const encoder = new TextEncoder()
  const unknown =
    missingBytes.size > 0 &&
    Array.from(text).find((character) => encoder.encode(character).some((byte) => missingBytes.has(byte)))
  if (unknown)
    throw new UserError(
      `${path}: the text ${JSON.stringify(text.slice(0, 60))} holds ${JSON.stringify(unknown)}, which is not in the vocabulary. Use only characters the tokenizer knows.`,
    )
  return Int32Array.from(inner.encode(text, { add_special_tokens: false }).ids)
}

/** Bytes a byte-level vocabulary has no token for; none in vocabularies of trained models. */
function absentBytes(inner: HuggingFaceTokenizer): ReadonlySet<number> {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte)
  return new Set(bytes.filter((byte) => inner.token_to_id(byteToken(byte)) === undefined))
}

function byteLevelPieces(inner: HuggingFaceTokenizer, ids: readonly number[]): string[] {
  return decodeByteLevel(ids.map((id) => tokenOrNothing(inner, id)))
}

/** Tokens that a window of `prefixPieces` holds before it moves on: a decoder looks no further than a few neighbours. */
const windowTokens = 16

/**
 * For decoders that depend on neighbours: each piece is what its token adds to the text of the tokens before it, of which
 * a window is enough. A window moves on where no character is waiting for its last bytes, with one token as context.
 */
function prefixPieces(inner: HuggingFaceTokenizer, ids: readonly number[]): string[] {
  const textOf = (start: number, end: number): string =>
    inner.decode(ids.slice(start, end), { clean_up_tokenization_spaces: false })
  let start = 0
  let shown = ''
  return ids.map((_, index) => {
    const text = textOf(start, index + 1)
    const complete = index + 1 < ids.length ? text.replace(/\uFFFD+$/u, '') : text
    const piece = complete.slice(shown.length)
    shown += piece
    if (index - start >= windowTokens && complete === text) {
      start = index
      shown = textOf(start, index + 1)
    }
    return piece
  })
}

/** A model's vocabulary may be padded beyond its tokenizer's; such an id shows as nothing, as in Hugging Face's tools. */
function tokenOrNothing(inner: HuggingFaceTokenizer, id: number): string {
  return inner.id_to_token(id) ?? ''
}

function hasByteLevelDecoder(definition: Readonly<Record<string, unknown>>): boolean {
  const decoder = definition.decoder as { type?: string; decoders?: readonly { type?: string }[] } | null
  return decoder?.type === 'ByteLevel' || (decoder?.decoders?.every(({ type }) => type === 'ByteLevel') ?? false)
}

function specialIds(inner: HuggingFaceTokenizer): ReadonlySet<number> {
  const added = [...inner.get_added_tokens_decoder()]
  return new Set(added.filter(([, token]) => token.special).map(([id]) => id))
}

function tokenOf(inner: HuggingFaceTokenizer, token: unknown): number | undefined {
  const text = tokenText(token)
  return text === undefined ? undefined : inner.token_to_id(text)
}
