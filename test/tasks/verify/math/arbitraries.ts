import fc from 'fast-check'

/** Pieces that answers are made of, good ones and broken ones. */
const pieces = [
  ...'0 1 2 5 10 0.5 .25 1,000 x y n e i a_1 + - * / ^ _ ( ) [ ] { } | , ; : = < > ! % & $ # ~'.split(' '),
  ...'\\frac \\frac12 \\frac{1}{2} \\sqrt \\sqrt[3] \\binom \\over \\pi \\infty \\pm \\mp \\cdot \\times \\le \\ge \\ne \\in'.split(
    ' ',
  ),
  ...'\\sin \\log_2 \\ln \\left( \\right) \\{ \\} \\cup \\approx \\text{ \\text{cm} \\text{or} \\quad \\\\ \\, \\! ^\\circ'.split(
    ' ',
  ),
  ...'\\begin{pmatrix} \\end{pmatrix} \\begin{cases} \\overline{3} \\boxed{ \\boxed{5} </think> #### Answer: **'.split(
    ' ',
  ),
  ' ',
  '\n',
  '\u0000',
  '\ud800',
  '−',
  '²',
  '½',
  '√',
  '∞',
  '𝟙',
  'ﬁ',
  '你好',
  '\u200b',
  '__proto__',
  'constructor',
  'or',
  'and',
]

/** Text that looks like an answer and often is none. */
export const brokenAnswer = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(''))

const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }).map(String),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .map(([top, bottom]) => `\\frac{${top}}{${bottom}}`),
  fc.constantFrom('0.5', '1.25', '\\pi', '\\sqrt{2}', 'e', '10^{3}'),
)

/** A LaTeX expression that parses, in x and y. */
export const expression: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'expression' },
    number,
    fc.constantFrom('x', 'y'),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a}) + (${b})`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a})(${b})`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `\\frac{${a}}{${b}}`),
    fc.tuple(tie('any'), fc.integer({ min: 1, max: 3 })).map(([a, n]) => `(${a})^{${n}}`),
    tie('any').map((a) => `\\sqrt{${a}}`),
    tie('any').map((a) => `-(${a})`),
  ),
})).any

/** Typed answers of many kinds. */
export const answer: fc.Arbitrary<string> = fc.oneof(
  number,
  expression,
  fc.array(number, { minLength: 1, maxLength: 4 }).map((items) => items.join(', ')),
  fc.array(number, { maxLength: 3 }).map((items) => `\\{${items.join(',')}\\}`),
  fc.tuple(number, number).map(([a, b]) => `(${a}, ${b})`),
  fc.tuple(number, number).map(([a, b]) => `[${a}, ${b})`),
  fc.tuple(number, number).map(([a, b]) => `(-\\infty, ${a}) \\cup (${b}, \\infty)`),
  number.map((a) => `x = ${a}`),
  number.map((a) => `${a}\\%`),
  number.map((a) => `${a}\\text{ cm}`),
  number.map((a) => `\\pm ${a}`),
  fc.tuple(number, number).map(([a, b]) => `\\begin{pmatrix}${a} & ${b}\\end{pmatrix}`),
  fc.constantFrom('C', '(C)', '\\text{yes}', '3:2', '101_2', '\\infty', '\\emptyset'),
)
