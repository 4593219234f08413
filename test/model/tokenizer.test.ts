import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteToken, decodeByteLevel } from '../../src-main/model/byte-level.ts'
import { loadTokenizer } from '../../src-main/model/tokenizer.ts'
import { modelCopy } from './model-copy.ts'

interface Case {
  readonly text: string
  readonly ids: number[]
  readonly decoded: string
  readonly decoded_skip_special: string
}

const tokenizer = await loadTokenizer('test/fixtures/models/qwen2-tied')
const cases = JSON.parse(readFileSync('test/fixtures/models/tokenizer_cases.json', 'utf8')) as Case[]

test.each(cases)('agrees with the reference on $text', ({ text, ids, decoded, decoded_skip_special }) => {
  expect([...tokenizer.encode(text)]).toEqual(ids)
  expect(tokenizer.decode(ids)).toBe(decoded)
  expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(decoded_skip_special)
})

test('pieces have one text per id and concatenate to the whole, whatever the ids', () => {
  const anyIds = fc.array(fc.integer({ min: 0, max: tokenizer.vocabSize - 1 }), { maxLength: 40 })
  fc.assert(
    fc.property(anyIds, fc.boolean(), (ids, skipSpecialTokens) => {
      const pieces = tokenizer.decodeEach(ids, { skipSpecialTokens })
      expect(pieces).toHaveLength(ids.length)
      expect(pieces.join('')).toBe(tokenizer.decode(ids, { skipSpecialTokens }))
    }),
  )
})

test('a character split over tokens stands on the token that completes it', () => {
  const bytes = [...new TextEncoder().encode('a🙂b')].map(byteToken)
  expect(decodeByteLevel(bytes)).toEqual(['a', '', '', '', '🙂', 'b'])
})

test('bytes that are no UTF-8 become replacement characters, also at the end', () => {
  expect(decodeByteLevel([byteToken(0xf0), byteToken(0x41)]).join('')).toBe('\uFFFDA')
  expect(decodeByteLevel([byteToken(0x41), byteToken(0xf0)])).toEqual(['A', '\uFFFD'])
})

test('special tokens', () => {
  expect(tokenizer.eosTokenIds).toEqual([478])
  expect(tokenizer.padTokenId).toBe(479)
  expect(tokenizer.decodeEach([16, 478], { skipSpecialTokens: true })).toEqual(['1', ''])
})

test('an id outside the vocabulary shows as nothing', () => {
  expect(tokenizer.decode([511])).toBe('')
})

test('chat messages go through the chat template', async () => {
  expect(tokenizer.hasChatTemplate).toBe(false)
  expect(() => tokenizer.applyChatTemplate([])).toThrow(/has no chat template/)
  const folder = await modelCopy('qwen2-tied', {
    'chat_template.jinja':
      '{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}',
  })
  const chat = await loadTokenizer(folder)
  expect(chat.applyChatTemplate([{ role: 'user', content: '1+1?' }])).toBe('<user>1+1?<|endoftext|>\n<assistant>')
})

/** A tokenizer as Llama 2 and Mistral have it: spaces as ▁, unknown characters byte by byte. */
async function byteFallbackTokenizer() {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const words = ['▁', 'a', 'b', '▁a', '▁b', 'ab', '▁ab', ',', '▁▁']
  const vocab = ['<unk>', '<s>', '</s>', ...bytes, ...words]
  const definition = {
    version: '1.0',
    added_tokens: [0, 1, 2].map((id) => ({ id, content: vocab[id], special: true, normalized: false })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(vocab.map((token, id) => [token, id])),
      merges: ['▁ a', '▁ b', 'a b', '▁ ab', '▁ ▁'],
    },
  }
  const folder = await modelCopy('qwen2-tied', { 'tokenizer.json': JSON.stringify(definition) })
  return { tokenizer: await loadTokenizer(folder), size: vocab.length }
}

test('a tokenizer with byte fallback: pieces are what each token adds, characters split over tokens stand whole', async () => {
  const { tokenizer, size } = await byteFallbackTokenizer()
  const text = 'ab a, é🙂 b'
  const ids = tokenizer.encode(text)
  expect(tokenizer.decode(ids)).toBe(text)
  const emoji = tokenizer.decodeEach(ids).indexOf('🙂')
  expect(tokenizer.decodeEach(ids).slice(emoji - 3, emoji)).toEqual(['', '', ''])
  const long = Array.from({ length: 300 }, (_, index) => ids[index % ids.length]!)
  expect(tokenizer.decodeEach(long)[7 + ids.length]).toBe(tokenizer.decodeEach(long)[7 + 11 * ids.length])
  const words = fc.integer({ min: 3 + 256, max: size - 1 })
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.constant([...tokenizer.encode('🙂')])), { maxLength: 60 }), (parts) => {
      const mixed = parts.flat()
      const pieces = tokenizer.decodeEach(mixed)
      expect(pieces).toHaveLength(mixed.length)
      expect(pieces.join('')).toBe(tokenizer.decode(mixed))
    }),
  )
})

/** What published templates use: namespaces, slices, tests, filters, loop variables, macros, errors of their own. */
const richTemplate = `{%- macro turn(role, text) -%}<|{{ role }}|>{{ text | trim }}{{ eos_token }}{%- endmacro -%}
{%- set ns = namespace(system='none', count=0) -%}
{%- if messages[0].role == 'system' -%}
  {%- set ns.system = messages[0]['content'] -%}{%- set messages = messages[1:] -%}
{%- endif -%}
{{- bos_token -}}[{{ ns.system }}{{ ' today ' ~ strftime_now('%d') if strftime_now is defined else ' undated' }}]
{%- for message in messages -%}
  {%- if (message.role == 'user') != (loop.index0 % 2 == 0) -%}
    {{- raise_exception('Roles must alternate') -}}
  {%- endif -%}
  {%- set ns.count = ns.count + 1 -%}
  {%- if loop.last and message.content is string -%}{{- turn(message.role | upper, message.content) -}}
  {%- else -%}{{- turn(message.role, message.content.split('</think>')[-1]) -}}{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}<|assistant|>{{ ns.count }} {{ messages | map(attribute='role') | join('+') }} {{ messages[-1] | tojson | length > 2 }}{%- endif -%}`

test('templates render as published ones are written; the day is not in the prompt', async () => {
  const config = { bos_token: '<s>', eos_token: { content: '</s>', special: true } }
  const folder = await modelCopy('qwen2-tied', {
    'tokenizer_config.json': JSON.stringify({ ...config, chat_template: richTemplate }),
  })
  const chat = await loadTokenizer(folder)
  const turns = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: ' 1+1? ' },
    { role: 'assistant', content: '<think>easy</think>2' },
    { role: 'user', content: 'And 2+2?' },
  ]
  expect(chat.applyChatTemplate(turns)).toBe(
    '<s>[Be brief. undated]<|user|>1+1?</s><|assistant|>2</s><|USER|>And 2+2?</s><|assistant|>3 user+assistant+user true',
  )
  expect(() => chat.applyChatTemplate(turns.slice(2))).toThrow(
    /cannot render a conversation of assistant, user: .*Roles must alternate/,
  )
})

test('a template that is no Jinja is named', async () => {
  const folder = await modelCopy('qwen2-tied', { 'chat_template.jinja': '{% for %}' })
  await expect(loadTokenizer(folder)).rejects.toThrow(/the chat template cannot be read/)
})

test('a damaged tokenizer.json gets a sentence', async () => {
  const folder = await modelCopy('qwen2-tied', { 'tokenizer.json': '{"version": "1.0"' })
  await expect(loadTokenizer(folder)).rejects.toThrow(/tokenizer\.json is not valid JSON/)
})

test('a digest is equal for one vocabulary in whatever file, and differs for another', async () => {
  const copy = await loadTokenizer(await modelCopy('qwen2-tied', {}))
  expect(copy.digest()).toBe(tokenizer.digest())
  expect((await loadTokenizer('resources/models/arithmetic-1m')).digest()).not.toBe(tokenizer.digest())
})
