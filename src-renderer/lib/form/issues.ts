import type { z } from 'zod'
import { type ConfigIssue, runConfigSchema } from '../../../src-preload/contract/config.ts'
import { valueAt } from './config-document.ts'

/** What the schema says against a config, in sentences, by dotted path. */
export function schemaIssues(value: unknown): ConfigIssue[] {
  const parsed = runConfigSchema.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => issueSentences(issue, value))
}

function issueSentences(issue: z.core.$ZodIssue, value: unknown): ConfigIssue[] {
  const path = issue.path.join('.')
  const got = valueAt(value, path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: `There is no setting “${key}” here. Remove it, or correct its name.`,
    }))
  return [{ path, message: `${expectation(issue)}${gotWords(got)}` }]
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int'
        ? 'Must be a whole number'
        : `Must be a ${typeWords[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string'
        ? 'Must not be empty'
        : `Must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string'
        ? `Must have at most ${issue.maximum} characters`
        : `Must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`
    case 'invalid_value':
      return `Must be ${issue.values.map((one) => String(one)).join(' or ')}`
    default:
      return issue.message.replace(/\.$/, '')
  }
}

const typeWords: Readonly<Record<string, string>> = {
  number: 'number',
  string: 'text',
  boolean: 'yes or no',
  array: 'list',
  object: 'group of settings',
}

function gotWords(got: unknown): string {
  if (got === undefined || typeof got === 'object') return '.'
  return got === '' ? '; it is empty.' : `, got ${JSON.stringify(got)}.`
}

/** The sentences that belong to a field: its own, and those of the items of its list. */
export function issuesAt(issues: readonly ConfigIssue[], path: string): string[] {
  return issues
    .filter((issue) => issue.path === path || issue.path.startsWith(`${path}.`))
    .map((issue) => issue.message)
}
