import { byteToken } from './byte-level.ts'

/** The texts of the special tokens of a character tokenizer. */
const characterSpecials = { eos: '<|endoftext|>', pad: '<|pad|>' } as const

/** Line feed and the printable ASCII characters, by byte. */
const characterBytes = [0x0a, ...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index)]

export interface CharacterTokenizer {
  /** Content of `tokenizer.json`. */
  readonly definition: Readonly<Record<string, unknown>>
  /** Content of `tokenizer_config.json`. */
  readonly config: Readonly<Record<string, unknown>>
  readonly vocabSize: number
  readonly eosTokenId: number
  readonly padTokenId: number
}

/**
 * A tokenizer of one token per ASCII character, in the files Hugging Face tools read: byte-level BPE without merges,
 * so each byte is its own token. Texts with other characters do not encode.
 */
export function characterTokenizer(modelMaxLength: number): CharacterTokenizer {
  const vocab = Object.fromEntries(characterBytes.map((byte, id) => [byteToken(byte), id]))
  const eosTokenId = characterBytes.length
  const padTokenId = eosTokenId + 1
  const special = (id: number, content: string): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false }
  return {
    vocabSize: padTokenId + 1,
    eosTokenId,
    padTokenId,
    definition: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [special(eosTokenId, characterSpecials.eos), special(padTokenId, characterSpecials.pad)],
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: null,
      decoder: byteLevel,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        vocab,
        merges: [],
      },
    },
    config: {
      clean_up_tokenization_spaces: false,
      eos_token: characterSpecials.eos,
      pad_token: characterSpecials.pad,
      model_max_length: modelMaxLength,
      padding_side: 'left',
      tokenizer_class: 'PreTrainedTokenizerFast',
    },
  }
}
