import { parse } from 'yaml'
import type { Field } from './schema-fields.ts'

/** A config value as its input shows it. */
export function valueToText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return JSON.stringify(value)
  if (Array.isArray(value)) return value.join(', ')
  return String(value)
}

/**
 * What an input's text means for the config. Text that is no value of the field is passed on as it is, so that the schema can say
 * what is wrong with it. Empty text means null where the field may be empty.
 */
export function textToValue(field: Pick<Field, 'kind' | 'nullable'>, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '' && field.nullable) return null
  switch (field.kind) {
    case 'number':
    case 'integer':
      return toNumber(trimmed)
    case 'text-list':
      return listItems(trimmed)
    case 'integer-list':
      return listItems(trimmed).map(toNumber)
    case 'structure':
      return parsedYaml(text)
    case 'boolean':
      return trimmed === 'true'
    default:
      return text
  }
}

/** Text that is no YAML stays text, for the schema to object to. */
function parsedYaml(text: string): unknown {
  try {
    return parse(text) as unknown
  } catch {
    return text
  }
}

const listItems = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

function toNumber(text: string): number | string {
  const number = Number(text.replace(/^−/, '-'))
  return text === '' || Number.isNaN(number) ? text : number
}
