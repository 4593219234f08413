import type { z } from 'zod'
import { type ConfigIssue, runConfigSchema } from '../../../src-preload/contract/config.ts'
import { closestChoice, closestSetting } from '../../../src-preload/contract/config-issues.ts'
import { joinSentences, msg, t } from '../i18n/translate.ts'
import { valueAt } from './config-document.ts'

/** What a schema says against a value, in sentences, by dotted path; by default that of run configs. */
export function schemaIssues(value: unknown, schema: z.ZodType = runConfigSchema): ConfigIssue[] {
  const parsed = schema.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => issueSentences(issue, value))
}

function issueSentences(issue: z.core.$ZodIssue, value: unknown): ConfigIssue[] {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: unknownSetting(path, key) }))
  const sentence = withGot(expectation(issue), valueAt(value, path))
  const closest = closestChoice(issue, value)
  const meant = closest === null ? [] : [t('Did you mean “{closest}”?', { closest })]
  return [{ path, message: joinSentences([sentence, ...meant]) }]
}

function unknownSetting(path: string, key: string): string {
  const closest = closestSetting(path, key)
  return closest === null
    ? t('There is no setting “{key}” here. Remove it, or correct its name.', { key })
    : t('There is no setting “{key}” here. Did you mean “{closest}”?', { key, closest })
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return t(typeSentences[issue.expected] ?? msg('Must be of another type'))
    case 'too_small':
      return issue.origin === 'string' ? t('Must not be empty') : limitSentence(issue, issue.minimum, true)
    case 'too_big':
      return issue.origin === 'string'
        ? t('Must have at most {limit} characters', { limit: String(issue.maximum) })
        : limitSentence(issue, issue.maximum, false)
    case 'invalid_value':
      return choiceSentence(issue.values)
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? choiceSentence(issue.options) : ownSentence(issue)
    default:
      return ownSentence(issue)
  }
}

const ownSentence = ({ message }: z.core.$ZodIssue): string => message.replace(/\.$/, '')

const choiceSentence = (choices: readonly unknown[]): string =>
  t('Must be {choices}', { choices: choices.map(String).join(t(' or ')) })

function limitSentence({ inclusive }: { readonly inclusive?: boolean }, bound: number | bigint, low: boolean): string {
  const limit = String(bound)
  if (low) return inclusive === false ? t('Must be above {limit}', { limit }) : t('Must be at least {limit}', { limit })
  return inclusive === false ? t('Must be below {limit}', { limit }) : t('Must be at most {limit}', { limit })
}

const typeSentences: Readonly<Record<string, string>> = {
  int: msg('Must be a whole number'),
  number: msg('Must be a number'),
  string: msg('Must be a text'),
  boolean: msg('Must be a yes or no'),
  array: msg('Must be a list'),
  object: msg('Must be a group of settings'),
}

function withGot(sentence: string, got: unknown): string {
  if (got === undefined || typeof got === 'object') return t('{sentence}.', { sentence })
  return got === ''
    ? t('{sentence}; it is empty.', { sentence })
    : t('{sentence}, got {value}.', { sentence, value: JSON.stringify(got) })
}

/** The sentences that belong to a field: its own, and those of the items of its list. */
export function issuesAt(issues: readonly ConfigIssue[], path: string): string[] {
  return issues
    .filter((issue) => issue.path === path || issue.path.startsWith(`${path}.`))
    .map((issue) => issue.message)
}
