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

test('a damaged tokenizer.json gets a sentence', async () => {
  const folder = await modelCopy('qwen2-tied', { 'tokenizer.json': '{"version": "1.0"' })
  await expect(loadTokenizer(folder)).rejects.toThrow(/tokenizer\.json is not valid JSON/)
})
