import type { OutputRule } from './problem.ts'

/** Whether a program's standard output is the expected one under a rule. */
export function sameOutput(output: string, expected: string, rule: OutputRule): boolean {
  return rules[rule](output, expected)
}

const rules: Readonly<Record<OutputRule, (output: string, expected: string) => boolean>> = {
  /** The official checker: stripped lines, equal as text or token by token as decimal numbers, without tolerance. */
  livecodebench: (output, expected) => everyLine(lines(output), lines(expected), sameDecimals),
  /** Lines, blank ones left out; then token by token, whole numbers exactly, others as `numpy.allclose`. */
  apps: (output, expected) => everyLine(filled(output), filled(expected), closeTokens),
  archer: (output, expected) => strip(output) === strip(expected),
}

/** Python's `str.strip()`; it knows other white space than JavaScript does. */
const whiteSpace = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const gap = new RegExp(`${whiteSpace}+`)
const whiteSpaceAt = new RegExp(whiteSpace)

function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && whiteSpaceAt.test(text[start]!)) start++
  while (end > start && whiteSpaceAt.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

const lines = (text: string): string[] => strip(text).split('\n').map(strip)
const filled = (text: string): string[] => lines(text).filter((line) => line !== '')
const tokens = (line: string): string[] => (line === '' ? [] : line.split(gap))

function everyLine(
  got: readonly string[],
  expected: readonly string[],
  same: (got: readonly string[], expected: readonly string[]) => boolean,
): boolean {
  if (got.length !== expected.length) return false
  return got.every((line, index) => line === expected[index] || same(tokens(line), tokens(expected[index]!)))
}

function sameDecimals(got: readonly string[], expected: readonly string[]): boolean {
  if (got.length !== expected.length || got.length === 0) return false
  return got.every((token, index) => {
    const value = decimal(token)
    return value !== null && value === decimal(expected[index]!)
  })
}

const decimalForm = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,18}))?$/

/** One text for each number, as `decimal.Decimal` reads it; null for what is no number, NaN included (it equals nothing). */
function decimal(token: string): string | null {
  const plain = token.replaceAll('_', '')
  if (/^[+-]?inf(inity)?$/i.test(plain)) return plain.startsWith('-') ? '-inf' : 'inf'
  const match = decimalForm.exec(plain)
  if (!match) return null
  const [, sign, whole = '', fraction = '', bare = '', exponent = '0'] = match
  const digits = trimStart(whole + fraction + bare)
  const significant = trimEnd(digits)
  if (significant === '') return '0'
  const scale = BigInt(exponent) - BigInt(fraction.length + bare.length) + BigInt(digits.length - significant.length)
  return `${sign === '-' ? '-' : ''}${significant}e${scale}`
}

function trimStart(digits: string): string {
  let start = 0
  while (digits[start] === '0') start++
  return digits.slice(start)
}

function trimEnd(digits: string): string {
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  return digits.slice(0, end)
}

function closeTokens(got: readonly string[], expected: readonly string[]): boolean {
  return got.length === expected.length && got.every((token, index) => closeToken(token, expected[index]!))
}

const wholeNumber = /^[+-]?\d+$/
const relativeTolerance = 1e-5
const absoluteTolerance = 1e-8

function closeToken(got: string, expected: string): boolean {
  if (got === expected) return true
  if (wholeNumber.test(got) && wholeNumber.test(expected)) return decimal(got) === decimal(expected)
  if (decimal(got) === null || decimal(expected) === null) return false
  if (decimal(got) === decimal(expected)) return true
  const [a, b] = [Number(got), Number(expected)]
  return Math.abs(a - b) <= absoluteTolerance + relativeTolerance * Math.abs(b)
}
