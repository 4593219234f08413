/**
 * The grader of DAPO's training runs (verl `math_dapo`; Yu et al. 2025, arXiv 2503.14476): the last `Answer:` line in the
 * last 300 characters, or, in its strict mode, the last box in the last 100; string equality after the normalisation of
 * Minerva (Lewkowycz et al. 2022, appendix D.1).
 */
import { accepted, rejected, type Verdict, type VerifyItem } from '../verdict.ts'
import { findBoxes } from './extract.ts'
import { goldAnswers } from './grade.ts'

const lineWindow = 300
const boxWindow = 100

export function gradeDapo({ response, answer }: VerifyItem, boxed: boolean): Verdict {
  const extracted = boxed ? lastBox(response.slice(-boxWindow)) : lastLine(response.slice(-lineWindow))
  if (extracted === null)
    return rejected(null, boxed ? 'no box in the last 100 characters' : 'no Answer: line in the last 300 characters')
  const got = boxed ? extracted.trim() : minervaString(extracted)
  const equal = goldAnswers(answer).some((gold) => (boxed ? gold.trim() : minervaString(gold)) === got)
  return equal ? accepted(extracted) : rejected(extracted, 'not the same text after normalisation')
}

const lastBox = (text: string): string | null => findBoxes(text).at(-1)?.content ?? null
const lastLine = (text: string): string | null => [...text.matchAll(/answer\s*:\s*([^\n]+)/gi)].at(-1)?.[1] ?? null

/** Words that Minerva's normalisation drops wherever they stand. */
const dropped =
  `square ways integers dollars mph inches hours km units points feet minutes digits cents degrees cm gm pounds
  meters meals edges students multiples`.split(/\s+/)

const rules: readonly (readonly [RegExp, string])[] = [
  [/^.*=/s, ''],
  [/\ban? /g, ''],
  [/\.\$/g, '$'],
  [/\\\$|\\ | /g, ''],
  [/mbox/g, 'text'],
  [/,?\\text\{and\}/g, ','],
  [new RegExp(dropped.join('|'), 'g'), ''],
  [/\\l?dots|\\text\{[s.\n]?\}(?:\^[23])?|\\mathrm\{th\}|\^\{?\\circ\}?|\\;|,\\!|\{,\}|"/g, ''],
  [/^.*?\$(.*?)\$.*$/s, '$1'],
  [/\\(?:text|textbf|overline|boxed)\{(.*?)\}/g, '$1'],
  [/frac([^{])(.)/g, 'frac{$1}{$2}'],
  [/sqrt([^{])/g, 'sqrt{$1}'],
  [/\$/g, ''],
]

/** An answer after Minerva's normalisation. */
function minervaString(answer: string): string {
  const text = rules.reduce((so, [pattern, replacement]) => so.replace(pattern, replacement), answer)
  const plain = text.replaceAll(',', '')
  return (/^\d+$/.test(plain) ? plain : text).trim()
}
