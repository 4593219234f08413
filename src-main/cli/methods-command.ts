import type { Command } from 'commander'
import { z } from 'zod'
import { methodSchema } from '../../src-preload/contract/method.ts'
import { UserError } from '../util/assert.ts'
import { printRecords } from './output.ts'

/** The part of JSON Schema that the options of methods use. */
interface OptionSchema {
  readonly description?: string
  readonly unit?: string
  readonly source?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly anyOf?: readonly OptionSchema[]
}

interface MethodOption {
  readonly option: string
  readonly default: unknown
  readonly range: string
  readonly unit: string
  readonly source: string
  readonly description: string
}

/** `methods`: what there is to train with, and the options of one. */
export function addMethodsCommand(program: Command): void {
  program
    .command('methods [name]')
    .description('Lists the methods with their sources, or the options of one with default, range, unit and source.')
    .option('--json', 'one JSON object per line')
    .action((name: string | undefined, options: { json?: boolean }) => {
      if (name === undefined) listMethods(options)
      else listOptions(name, options)
    })
}

const metaOf = (schema: z.ZodType) => schema.meta() as { title: string; description: string; source: string }

function listMethods(options: { json?: boolean }): void {
  const methods = methodSchema.options.map((schema) => ({ name: schema.shape.name.value, ...metaOf(schema) }))
  printRecords(methods, options, {
    method: ({ name }) => name,
    title: ({ title }) => title,
    source: ({ source }) => source,
    'what it does': ({ description }) => description,
  })
}

function listOptions(name: string, options: { json?: boolean }): void {
  const schema = methodSchema.options.find((option) => option.shape.name.value === name)
  if (!schema) {
    const names = methodSchema.options.map((option) => option.shape.name.value)
    throw new UserError(`There is no method "${name}". Choose one of ${names.join(', ')}.`)
  }
  const { properties } = z.toJSONSchema(schema, { io: 'input' }) as { properties: Record<string, OptionSchema> }
  const rows = Object.entries(properties)
    .filter(([option]) => option !== 'name')
    .map(([option, value]): MethodOption => optionRow(option, value))
  printRecords(rows, options, {
    option: ({ option }) => option,
    default: (row) => String(row.default ?? 'empty'),
    range: ({ range }) => range,
    unit: ({ unit }) => unit,
    source: ({ source }) => source,
    meaning: ({ description }) => description,
  })
}

function optionRow(option: string, schema: OptionSchema): MethodOption {
  const { description = '', unit = '', source = '' } = schema
  return { option, default: schema.default, range: rangeOf(schema), unit, source, description }
}

function rangeOf(schema: OptionSchema): string {
  const { enum: choices, minimum, maximum, exclusiveMinimum } = { ...schema, ...schema.anyOf?.[0] }
  if (choices) return choices.join(' | ')
  const words = [
    exclusiveMinimum === undefined ? '' : `> ${exclusiveMinimum}`,
    minimum === undefined ? '' : `≥ ${minimum}`,
    maximum === undefined ? '' : `≤ ${maximum}`,
  ]
  return words.filter(Boolean).join(', ')
}
