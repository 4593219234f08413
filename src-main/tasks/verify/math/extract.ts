/** Most characters of a response that are looked at, from its end. */
const scanLimit = 262_144
/** Longest text between two boxes that still makes them one answer, characters. */
const connectiveLimit = 32

/** Where an answer was found: in boxes, after a marker, or nowhere. */
export interface Extraction {
  /** One text for each box of the answer; a single one for a marker; empty when there is no answer. */
  readonly answers: readonly string[]
  readonly source: 'box' | 'marker' | 'none'
  /** Why there is no answer. */
  readonly problem: string | null
}

const none = (problem: string, source: 'box' | 'none' = 'none'): Extraction => ({ answers: [], source, problem })

/**
 * The final answer of a response: after the last `</think>`, the last `\boxed` or `\fbox` together with those that only
 * connectives part from it; else the last `####`; else the last `Answer:` line; else what follows "the answer is". A box
 * that is not closed, or empty, is no answer, and nothing else takes its place.
 */
export function extractAnswer(response: string): Extraction {
  const text = gradedText(response)
  if (text.trim() === '') return none('the response has no text after its reasoning')
  const boxes = findBoxes(text)
  if (boxes.length > 0) return boxedAnswer(text, boxes)
  const marked = afterHashes(text) ?? afterAnswerLabel(text) ?? afterAnswerIs(text)
  if (marked === null || marked.trim() === '') return none('the response has no final answer')
  return { answers: [marked.trim()], source: 'marker', problem: null }
}

/** The part of a response that is graded: what follows the last `</think>`, and of that the end. */
export function gradedText(response: string): string {
  const end = response.slice(-scanLimit)
  const close = end.lastIndexOf('</think>')
  return close < 0 ? end : end.slice(close + '</think>'.length)
}

/** The last number that occurs anywhere in a text, for base models that mark no answer; null when there is none. */
export function lastNumber(response: string): string | null {
  const found = gradedText(response).match(/-?\d+(?:,\d{3})*(?:\.\d+)?(?:\/\d+)?/g)
  return found?.at(-1) ?? null
}

export interface Box {
  readonly start: number
  readonly end: number
  /** Null when the box is not closed. */
  readonly content: string | null
}

const boxCommand = /\\(?:boxed|fbox)(?![a-zA-Z])/g

/** Every outermost box of a text, in time linear in its length. */
export function findBoxes(text: string): Box[] {
  const boxes: Box[] = []
  let closers: Int32Array | undefined
  boxCommand.lastIndex = 0
  for (let match = boxCommand.exec(text); match; match = boxCommand.exec(text)) {
    closers ??= closingBraces(text)
    const box = readBox(text, match.index, match.index + match[0].length, closers)
    boxes.push(box)
    boxCommand.lastIndex = box.end
  }
  return boxes
}

function readBox(text: string, start: number, afterCommand: number, closers: Int32Array): Box {
  let at = afterCommand
  const brace = /^\s*\{/.exec(text.slice(at, at + 20))
  if (brace) at += brace[0].length - 1
  while (text[at] === ' ') at++
  if (text[at] === '{') {
    const close = closers[at]!
    return close === 0
      ? { start, end: afterCommand, content: null }
      : { start, end: close + 1, content: text.slice(at + 1, close) }
  }
  const bare = /^[^\s$]+/.exec(text.slice(at, at + 200))?.[0] ?? ''
  const content = bare.replace(/\\[)\]]$/, '').replace(/[.,;:]+$/, '')
  return { start, end: at + bare.length, content }
}

/** For every opening brace the position of its partner, escaped braces aside; 0 where there is none. */
function closingBraces(text: string): Int32Array {
  const closers = new Int32Array(text.length)
  const open: number[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '{') open.push(at)
    else if (character === '}' && open.length > 0) closers[open.pop()!] = at
  }
  return closers
}

function boxedAnswer(text: string, boxes: readonly Box[]): Extraction {
  const run: Box[] = [boxes.at(-1)!]
  for (let index = boxes.length - 2; index >= 0; index--) {
    const between = text.slice(boxes[index]!.end, run[0]!.start)
    if (boxes[index]!.content === null || !isConnective(between)) break
    run.unshift(boxes[index]!)
  }
  if (run.at(-1)!.content === null) return none('the last box is not closed', 'box')
  const contents = run.map((box) => box.content!.trim())
  if (contents.some((content) => content === '')) return none('the last box is empty', 'box')
  return { answers: [...new Set(contents)], source: 'box', problem: null }
}

/** What may stand between the boxes of one answer: marks, conjunctions, doubt, and the name of the next value. */
const connective = new RegExp(
  `^(?:${[
    String.raw`[\s,;$&*/|•-]`,
    String.raw`[a-z](?:_\{?\w\}?)?\s*=`,
    String.raw`\\[()[\],;! \\]|\\q?quad`,
    String.raw`\\(?:text|mbox|textrm|mathrm)\s*\{\s*(?:and|or|,)?\s*\}`,
    String.raw`\b(?:and|or|else|maybe|perhaps|possibly|alternatively)\b`,
  ].join('|')})*$`,
  'i',
)

const isConnective = (text: string): boolean => text.length <= connectiveLimit && connective.test(text)

function afterHashes(text: string): string | null {
  const at = text.lastIndexOf('####')
  return at < 0 ? null : firstLine(text.slice(at).replace(/^#+/, ''))
}

const answerLabel = /(?<![a-z])answers?[ \t]*(?:\*\*|__)?[ \t]*[:：]/gi

function afterAnswerLabel(text: string): string | null {
  const match = [...text.matchAll(answerLabel)].at(-1)
  if (!match) return null
  const line = firstLine(text.slice(match.index + match[0].length).replace(/^[ \t]*(?:\*\*|__)/, ''))
  return line.replace(/^(?:the\s+)?(?:final\s+)?answer\s+is\s*:?/i, '')
}

/** The first line with text, without bold markers that stand around it. */
function firstLine(text: string): string {
  const line = /^\s*([^\n]*)/.exec(text)?.[1] ?? ''
  return unbold(withoutTail(line))
}

const unbold = (text: string): string =>
  text
    .trim()
    .replace(/^\*\*(.*?)\*\*$/, '$1')
    .replace(/\*\*$/, '')
    .trim()

const answerIs = /(?<![a-z])answer[ \t]+(?:is|are)[ \t]*:?/gi

function afterAnswerIs(text: string): string | null {
  const match = [...text.matchAll(answerIs)].at(-1)
  if (!match) return null
  const rest = text.slice(match.index + match[0].length, match.index + match[0].length + 4096)
  const paragraph = rest.trimStart().split('\n\n')[0]!.replace(/\n/g, ' ')
  const sentence = /^(?:[^.!?]|[.!?](?=\S))*/.exec(paragraph)?.[0] ?? ''
  return unbold(withoutTail(sentence))
}

/** Without what models append to an answer: politeness, and a clause that explains. */
const withoutTail = (text: string): string =>
  text
    .replace(/[.,;]?\s*I hope (?:it|this|that) .*$/i, '')
    .replace(/,\s+(?:as|which|since|because|where|when|so)\s.*$/i, '')
    .replace(/\s+(?:because|since)\s.*$/i, '')
