import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { methodSchema } from '../../../src-preload/contract/method.ts'
import { readDocument, valueAt, withoutValue, withValue } from '../../../src-renderer/lib/form/config-document.ts'
import { textToValue, valueToText } from '../../../src-renderer/lib/form/field-text.ts'
import { issuesAt, schemaIssues } from '../../../src-renderer/lib/form/issues.ts'
import { type Field, schemaSections } from '../../../src-renderer/lib/form/schema-fields.ts'

const sections = schemaSections(runConfigSchema)
const allFields = (): Field[] =>
  sections.flatMap((section) =>
    section.parts.flatMap((part) => {
      if (part.type === 'field') return [part]
      return part.type === 'optional' ? part.fields : part.options.flatMap((option) => option.fields)
    }),
  )
const optionalGroups = () => sections.flatMap(({ parts }) => parts.filter((part) => part.type === 'optional'))

describe('the form is the schema', () => {
  test('every leaf of the default config has a field with its default and a description', () => {
    const config = runConfigSchema.parse({ lora: {} })
    for (const field of allFields()) {
      expect(field.description, field.path).not.toBe('')
      const [section = '', key = ''] = field.path.split('.')
      const variant = section === 'method' || section === 'verifier'
      if (!variant) expect(field.default, field.path).toEqual(valueAt(config, field.path))
      else if (key in config[section]) expect(valueAt(config, field.path), field.path).toBeDefined()
    }
    const paths = new Set(allFields().map((field) => field.path))
    const leaves = (value: unknown, prefix: string): string[] =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === '' ? key : `${prefix}.${key}`))
        : [prefix]
    const missing = leaves(config, '').filter((path) => !paths.has(path))
    expect(missing).toEqual(['verifier.kind', 'method.name'])
  })

  test('every setting names its source, but for those that are Quiver’s own', () => {
    const own =
      /^(tags|device|threads|data\.prompt_template|curriculum\.seed|verifier\..*|update\.old_logprobs_threshold|evaluation\.limit|trace\..*)$/
    expect(allFields().filter(({ path, source }) => !source && !own.test(path))).toEqual([])
  })

  test('units, ranges, choices and empty values come along', () => {
    const field = (path: string): Field => allFields().find((one) => one.path === path)!
    expect(field('rollout.temperature').range).toBe('above 0, at most 10')
    expect(field('optimizer.beta1').range).toBe('at least 0, below 1')
    expect(field('rollout.group_filter').choices).toEqual(['keep', 'drop', 'refill'])
    expect(field('optimizer.max_grad_norm').nullable).toBe(true)
    expect(field('evaluation.dataset')).toMatchObject({ nullable: true, kind: 'text' })
    expect(field('evaluation.k').kind).toBe('integer-list')
    expect(field('update.micro_batch_tokens').unit).toBe('tokens')
  })

  test('an object that may be null is a group with a switch', () => {
    expect(optionalGroups()).toMatchObject([{ path: 'lora', title: 'LoRA' }])
    expect(optionalGroups()[0]!.description).not.toBe('')
    expect(runConfigSchema.parse({}).lora).toBeNull()
    const on = withValue(readDocument('name: a\n'), 'lora', {})
    expect(runConfigSchema.parse(on.value).lora).toMatchObject({ r: 16, lora_alpha: 32 })
    expect(withoutValue(on, 'lora').value).toEqual({ name: 'a' })
  })

  test('unions are choices with a title, a source and the default one', () => {
    const method = sections.find((section) => section.id === 'method')!.parts[0]!
    if (method.type !== 'variants') throw new Error('the method is a choice')
    expect(method).toMatchObject({ key: 'name', default: 'archer' })
    const names = methodSchema.options.map((option) => option.shape.name.value)
    expect(method.options.map((option) => option.value)).toEqual(names)
    expect(method.options.every((option) => option.description !== '' && option.source)).toBe(true)
  })
})

describe('form and YAML are two ways to edit one text', () => {
  const text = '# my run\nname: first # keep me\nmethod: { name: archer, form: paper }\nevaluation:\n  k: [1, 4]\n'

  test('a value set in the form keeps comments and the rest', () => {
    const document = withValue(readDocument(text), 'rollout.temperature', 0.7)
    expect(document.text).toContain('# my run')
    expect(document.text).toContain('# keep me')
    expect(document.value).toMatchObject({ name: 'first', rollout: { temperature: 0.7 }, evaluation: { k: [1, 4] } })
  })

  test('setting back to the default removes the key and empty maps', () => {
    const changed = withValue(readDocument('name: a\n'), 'rollout.temperature', 0.7)
    expect(withoutValue(changed, 'rollout.temperature').value).toEqual({ name: 'a' })
  })

  test('a method chosen in the form takes the place of the other with its options', () => {
    const document = withValue(readDocument(text), 'method', { name: 'grpo' })
    expect(schemaIssues(document.value)).toEqual([])
    expect(valueAt(document.value, 'method')).toEqual({ name: 'grpo' })
  })

  test('text that is no YAML is kept as typed and said to be so', () => {
    const document = readDocument('name: [unclosed')
    expect(document.text).toBe('name: [unclosed')
    expect(document.syntaxError).toBe(
      'This is not valid YAML at line 1, column 16: the indentation does not fit the lines around it, or a bracket is not closed.',
    )
    expect(readDocument('seed: 1\nname: *nowhere').syntaxError).toMatch(/nowhere/)
    const faults = ['a: b: c', 'a: "x', 'x: 1\nx: 2', 'steps 60\nname: x', '\ta: 1', 'a: @b', 'a: 1\n---\nb: 2', 'a: ]']
    for (const text of faults)
      expect(readDocument(text).syntaxError, text).toMatch(/^This is not valid YAML at line \d, column \d: [a-z].*\.$/)
    expect(readDocument('- a\n- b\n').syntaxError).toMatch(/^A config is a list of/)
    expect(withValue(document, 'seed', 3)).toBe(document)
  })

  test('whatever is typed, the text is read or its fault is said', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'ab1:*&[]{}-\n "\'#!%@|>?,\t'), maxLength: 40 })
    const check = (text: string): void => {
      const { value, syntaxError } = readDocument(text)
      expect(value === null, text).toBe(syntaxError !== null)
      withValue(readDocument(text), 'seed', 3)
      schemaIssues(value)
    }
    fc.assert(fc.property(typed, check), { numRuns: 5000 })
  })

  test('empty text is the empty config', () => {
    expect(readDocument('').value).toEqual({})
    expect(withValue(readDocument(''), 'seed', 3).value).toEqual({ seed: 3 })
  })

  test('every config survives the way through the text', () => {
    const config = fc.record({
      name: fc.string({ minLength: 1, maxLength: 40 }).filter((name) => name.trim() === name && name !== ''),
      seed: fc.nat(),
      rollout: fc.record({ temperature: fc.double({ min: 0.01, max: 10, noNaN: true }), top_k: fc.nat() }),
      evaluation: fc.record({ k: fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 4 }) }),
    })
    fc.assert(
      fc.property(config, (value) => {
        const parsed = runConfigSchema.parse(value)
        expect(runConfigSchema.parse(readDocument(stringify(parsed)).value)).toEqual(parsed)
        const edited = Object.entries(value).reduce((all, [key, one]) => withValue(all, key, one), readDocument(''))
        expect(edited.value).toEqual(value)
      }),
      { numRuns: 60 },
    )
  })
})

describe('validation as you type', () => {
  test.each([
    ['rollout.temperature', 0, 'Must be above 0, got 0.'],
    ['rollout.temperature', 'warm', 'Must be a number, got "warm".'],
    ['rollout.top_p', 1.5, 'Must be at most 1, got 1.5.'],
    ['steps', 2.5, 'Must be a whole number, got 2.5.'],
    ['seed', '', 'Must be a number; it is empty.'],
    ['rollout.group_filter', 'refil', 'Must be keep or drop or refill, got "refil". Did you mean “refill”?'],
    ['method.form', 'essay', 'Must be paper or repository, got "essay".'],
  ])('%s = %j', (path, value, sentence) => {
    const document = withValue(readDocument('method: { name: archer }'), path, value)
    expect(issuesAt(schemaIssues(document.value), path)).toEqual([sentence])
  })

  test('a key that does not exist is named', () => {
    expect(schemaIssues({ learning_rate: 1 })[0]?.message).toContain('Did you mean “optimizer.learning_rate”?')
    expect(schemaIssues({ verifier: { kind: 'numerc' } })[0]?.message).toContain('Did you mean “numeric”?')
    expect(schemaIssues({ verifier: { kind: 'nothing' } })[0]?.message).toMatch(
      /^Must be math or .* or weighted, got "nothing"\.$/,
    )
    expect(schemaIssues({ rollout: { temprature: 1 } })).toEqual([
      {
        path: 'rollout.temprature',
        message: expect.stringContaining('There is no setting “temprature” here. Did you mean “temperature”?'),
      },
    ])
  })

  test('text becomes the value it means', () => {
    expect(textToValue({ kind: 'number', nullable: false }, '3e-4')).toBe(3e-4)
    expect(textToValue({ kind: 'number', nullable: false }, '−2')).toBe(-2)
    expect(textToValue({ kind: 'number', nullable: true }, ' ')).toBeNull()
    expect(textToValue({ kind: 'integer', nullable: false }, 'ten')).toBe('ten')
    expect(textToValue({ kind: 'integer-list', nullable: false }, '1, 4,8,')).toEqual([1, 4, 8])
    expect(textToValue({ kind: 'text', nullable: false }, ' x ')).toBe(' x ')
    expect(valueToText([1, 4, 8])).toBe('1, 4, 8')
    expect(valueToText(null)).toBe('')
  })
})
