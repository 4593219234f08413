import { accepted, rejected, type Verdict, type VerifyItem } from '../verdict.ts'
import { describeValue } from './describe.ts'
import { equalValues, type LeafRule } from './equal.ts'
import { extractAnswer, findBoxes, lastNumber } from './extract.ts'
import { readAnswer } from './read.ts'
import { strictForm } from './strict-form.ts'
import { kindOf, type Value } from './value.ts'

export interface GradeOptions {
  /** Whether the form must be the gold's: reduced fractions, an integer literal for an integer (PRM800K's rules). */
  readonly strictForm: boolean
  /** Whether a response without a marked answer is taken to answer with its last number. */
  readonly lastNumber: boolean
}

/** Grades the final answer of a response against the gold answer, or against any of several given as a JSON list. */
export function grade({ response, answer }: VerifyItem, options: GradeOptions): Verdict {
  const { answers, source, problem } = extractAnswer(response)
  const fallback = options.lastNumber && source === 'none' ? lastNumber(response) : null
  const found = fallback === null ? answers : [fallback]
  if (found.length === 0) return rejected(null, problem ?? 'the response has no final answer')
  return gradeAnswer(found, answer, options.strictForm ? strictForm : undefined)
}

/** Grades an answer that is already extracted; several texts are one list. */
export function gradeAnswer(answers: readonly string[], gold: string, leafRule?: LeafRule): Verdict {
  const extracted = answers.join(', ')
  const got = readAll(answers)
  const golds = goldAnswers(gold).map((one) => ({ text: one, value: readAnswer(one) }))
  const equal = golds.some(({ text, value }) => sameAnswer(value, got, text, answers, leafRule))
  const parsed = describeValue(got)
  if (equal) return { ...accepted(extracted), parsed }
  return { ...rejected(shown(extracted), reasonOf(golds[0]!.value, got)), parsed }
}

const shown = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}…` : text)

function sameAnswer(
  gold: Value,
  got: Value,
  goldText: string,
  answers: readonly string[],
  leafRule: LeafRule | undefined,
): boolean {
  if (equalValues(gold, got, leafRule)) return true
  // `1,234` beside a list is a list too.
  if (gold.kind === 'list' && got.kind === 'expression') return equalValues(gold, readAll(answers, false), leafRule)
  if (got.kind === 'list' && gold.kind === 'expression') return equalValues(readAnswer(goldText, false), got, leafRule)
  return false
}

function readAll(answers: readonly string[], thousands = true): Value {
  const values = answers.map((answer) => readAnswer(answer, thousands))
  if (values.length === 1) return values[0]!
  const items = values.flatMap((value) => (value.kind === 'list' && !value.set ? value.items : [value]))
  return { kind: 'list', items, joint: ',', set: false, literal: values.map(({ literal }) => literal).join(',') }
}

/** The accepted answers: a JSON list of texts, or one text, out of its box where it has one. */
export function goldAnswers(gold: string): string[] {
  if (/^\s*\[\s*"/.test(gold)) {
    const list = parsedList(gold)
    if (list) return list.map(unboxed)
  }
  return [unboxed(gold)]
}

function parsedList(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string') ? value : null
  } catch {
    return null
  }
}

function unboxed(gold: string): string {
  const after = gold.split('####').at(-1)!
  const boxes = findBoxes(after)
  const contents = boxes.flatMap(({ content }) => (content === null ? [] : [content]))
  return contents.length === 0 ? after : contents.at(-1)!
}

function reasonOf(gold: Value, got: Value): string {
  if (gold.kind !== got.kind) return `expected ${kindOf(gold)}, got ${kindOf(got)}`
  if (gold.kind === 'list' && got.kind === 'list' && gold.items.length !== got.items.length)
    return `expected ${kindOf(gold)}, got ${kindOf(got)}`
  return 'not equal to the answer'
}
