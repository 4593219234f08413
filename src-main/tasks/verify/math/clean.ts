import { withoutUnicode } from './characters.ts'

/** Stands for a thousands comma that cannot be a separator of a list. */
export const protectedComma = '\ue001'
/** Stands for a thin space, which may part thousands. */
export const thinSpace = '\u2009'

const rules: readonly (readonly [RegExp, string])[] = [
  [/\\(?:text)?(?:dollar|euro|pounds|yen)(?![a-zA-Z])|\\\$/g, ''],
  [/\$/g, ' '],
  [/\{,\}|,\\!/g, protectedComma],
  [/\\!/g, ''],
  [/\\[,:;>]|\\thinspace(?![a-zA-Z])/g, thinSpace],
  [/\\(?:left|right|middle)(?![a-zA-Z])\s*\.?/g, ''],
  [/\\(?:big|Big|bigg|Bigg)[lrm]?(?![a-zA-Z])/g, ''],
  [/\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|rm|bf|it|boldmath|mathstrut|strut)(?![a-zA-Z])/g, ''],
  [/\\(?:tiny|small|normalsize|large|Large|LARGE|huge|Huge)(?![a-zA-Z])/g, ''],
  [/\\(?:[hv]space\*?|[hv]?phantom|label|tag\*?|color|textcolor)\s*\{[^{}]*\}/g, ''],
  [/\\(?:boxed|fbox|ensuremath)(?![a-zA-Z])/g, ''],
  [/\\(?:[dtcs]|nice)frac(?![a-zA-Z])/g, '\\frac'],
  [/\\[dt]binom(?![a-zA-Z])/g, '\\binom'],
  [/\\space(?![a-zA-Z])|~/g, ' '],
  [/([)\]])\s*U\s*(?=[([])/g, '$1\\cup '],
]

/** A row break with its distance, and plain TeX's. */
const rowBreak = /\\\\\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in)\s*\]|\\cr(?![a-zA-Z])/g

/** `\\`, `\ `, `\(`, `\)`, `\[`, `\]` in one pass, so that a row break before a bracket stays one. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['\\\\', '\\\\'],
  ['\\ ', ' '],
  ['\\\n', ' '],
  ['\\(', ' '],
  ['\\)', ' '],
  ['\\[', ' '],
  ['\\]', ' '],
])

/**
 * An answer without what has no meaning: math delimiters, sizes, styles, currency signs, emphasis, a final dot or comma;
 * Unicode written as LaTeX. Spacing that may part thousands becomes `thinSpace`, a comma that must, `protectedComma`.
 */
export function cleanAnswer(answer: string): string {
  let text = withoutUnicode(answer)
    .replace(rowBreak, '\\\\ ')
    .replace(/\\[\\ \n()[\]]/g, (pair) => escapes.get(pair)!)
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement)
  return withoutEnds(text)
}

function withoutEnds(text: string): string {
  let result = text.trim()
  for (;;) {
    const next = result
      .replace(/^\*\*(.*)\*\*$/s, '$1')
      .replace(/^`+(.*?)`+$/s, '$1')
      .replace(/(?<![.,])[.,;\ue001]$/, '')
      .replace(/\\+$/, '')
      .trim()
    if (next === result) return result
    result = next
  }
}
