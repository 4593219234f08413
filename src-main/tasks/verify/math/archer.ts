/**
 * The math grader of the Archer repository (the DeepScaleR and PRM800K pair), for comparison with published runs: text after
 * the first `</think>`, its last box, and then either equal strings after the clean-up of Hendrycks et al. (MATH, 2021) or,
 * element by element, the rules of the PRM800K grader. The repository then calls Math-Verify but never returns what it
 * says; `withFallback` grades what the pair refuses by our own rules instead.
 * Differences: values are compared by sampling where the original asks sympy to simplify.
 */
import { accepted, rejected, type Verdict, type VerifyItem } from '../verdict.ts'
import { equalNodes } from './equal-nodes.ts'
import { findBoxes } from './extract.ts'
import { goldAnswers, gradeAnswer } from './grade.ts'
import { readAnswer } from './read.ts'
import { strictForm } from './strict-form.ts'
import type { Value } from './value.ts'

export function gradeArcher({ response, answer }: VerifyItem, withFallback: boolean): Verdict {
  const parts = response.split('</think>')
  const boxes = findBoxes(parts[1] ?? parts[0]!)
  const extracted = boxes.at(-1)?.content ?? null
  if (extracted === null)
    return rejected(null, boxes.length > 0 ? 'the last box is not closed' : 'the response has no box')
  const equal = goldAnswers(answer).some((gold) => sameString(gold, extracted) || sameElements(gold, extracted))
  if (equal) return accepted(extracted)
  return withFallback ? gradeAnswer([extracted], answer) : rejected(extracted, 'not equal by the rules of Archer')
}

const sameString = (gold: string, got: string): boolean => mathdString(gold) === mathdString(got)

const rules: readonly (readonly [RegExp, string])[] = [
  [/\n|\\!/g, ''],
  [/\\\\/g, '\\'],
  [/[td]frac/g, 'frac'],
  [/\\left|\\right/g, ''],
  [/\^\{?\\circ\}?/g, ''],
  [/\\\$/g, ''],
  [/\\text\{ .*$/, ''],
  [/\\?%/g, ''],
  [/(^|[ {])\./g, '$10.'],
  [/^[^=]{1,2}=/, ''],
  [/\\sqrt([^{\s])/g, '\\sqrt{$1}'],
  [/ /g, ''],
  [/\\frac(\d)(\d)/g, '\\frac{$1}{$2}'],
  [/\\frac(\d)(\{)/g, '\\frac{$1}$2'],
  [/\\frac(\{[^{}]*\})(\d)/g, '\\frac$1{$2}'],
  [/^0\.5$/, '\\frac{1}{2}'],
  [/^(-?\d+)\/(-?\d+)$/, '\\frac{$1}{$2}'],
]

/** The answer after the string clean-up of the MATH benchmark. */
const mathdString = (answer: string): string =>
  rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), answer.trim())

/** Lists and tuples element by element, with the same brackets and order; every element in the gold's form. */
function sameElements(goldText: string, gotText: string): boolean {
  const [gold, got] = [elementsOf(readAnswer(goldText)), elementsOf(readAnswer(gotText))]
  return (
    gold.brackets === got.brackets &&
    gold.items.length === got.items.length &&
    gold.items.every((item, index) => sameElement(item, got.items[index]!))
  )
}

function elementsOf(value: Value): { brackets: string; items: readonly Value[] } {
  if (value.kind === 'tuple') return { brackets: value.open + value.close, items: value.items }
  return value.kind === 'list'
    ? { brackets: value.set ? '{}' : '', items: value.items }
    : { brackets: '', items: [value] }
}

function sameElement(gold: Value, got: Value): boolean {
  if (gold.kind !== 'expression' || got.kind !== 'expression')
    return gold.literal === got.literal && gold.literal !== ''
  if (refused(gold.literal) || refused(got.literal)) return false
  return strictForm(gold, got) && equalNodes(gold.node, got.node)
}

/** What the PRM800K grader will not evaluate: powers it cannot bound, and more than two unknowns. */
const refused = (literal: string): boolean =>
  /\^[{(]|\^\d+\^|\^\d\d+/.test(literal) || new Set(literal.replace(/\\[a-zA-Z]+/g, '').match(/[a-zA-Z]/g)).size > 2
