import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash'
import { arithmetic } from './shell-arithmetic.ts'

/** Text of which a part may be unknown: that part is kept as it is written, `$HOME`, and its name is listed. */
export interface ShellText {
  readonly text: string
  readonly unknown: readonly string[]
}

/** Variables of a script as far as they are known; a list is an array. */
export interface Variables {
  readonly values: Map<string, readonly ShellText[]>
  /** Names that were read, so that what is set and never used can be told. */
  readonly used: Set<string>
}

const known = (text: string): ShellText => ({ text, unknown: [] })
const unknown = (written: string, name: string): ShellText => ({ text: written, unknown: [name] })

function joined(texts: readonly ShellText[], separator = ''): ShellText {
  return {
    text: texts.map(({ text }) => text).join(separator),
    unknown: [...new Set(texts.flatMap((one) => one.unknown))],
  }
}

/** A part of a word: text, or the several words that an array or an unquoted variable stands for. */
interface Piece {
  readonly texts: readonly ShellText[]
  /** Whether each text is a word of its own. */
  readonly splits: boolean
}
const one = (text: ShellText): Piece => ({ texts: [text], splits: false })

/** The words that one written word stands for: none for an empty list, several for an array. Runs nothing. */
export function expandWord(word: Word, variables: Variables): ShellText[] {
  if (!word.parts) return [known(word.value)]
  const words: ShellText[][] = [[]]
  for (const { texts, splits } of word.parts.map((part) => expandPart(part, variables))) {
    texts.forEach((text, index) => {
      if (splits && index > 0) words.push([])
      words.at(-1)!.push(text)
    })
  }
  const expanded = words.filter((parts) => parts.length > 0).map((parts) => joined(parts))
  return expanded.length > 1 ? expanded.filter(({ text }) => text !== '') : expanded
}

/** The one text of a word where the shell splits nothing: the right side of an assignment, a default. */
export const expandText = (word: Word, variables: Variables): ShellText => joined(expandWord(word, variables), ' ')

function expandPart(part: WordPart, variables: Variables): Piece {
  switch (part.type) {
    case 'DoubleQuoted':
    case 'LocaleString':
      return quoted(part.parts, variables)
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const piece = expandVariable(part, variables)
      return piece.splits ? piece : wordSplit(joined(piece.texts))
    }
    case 'ArithmeticExpansion':
    case 'CommandExpansion':
      return one(computed(part, variables))
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return one(known(part.value))
    default:
      return one(known(part.text))
  }
}

function quoted(parts: readonly DoubleQuotedChild[], variables: Variables): Piece {
  const pieces = parts.map((part) =>
    part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion'
      ? expandVariable(part, variables)
      : one(part.type === 'Literal' ? known(part.value) : computed(part, variables)),
  )
  if (pieces.length === 1) return pieces[0]!
  return one(joined(pieces.map(({ texts }) => joined(texts, ' '))))
}

/** The shell cuts the value of an unquoted variable at white space. */
function wordSplit(value: ShellText): Piece {
  const texts = value.text.split(/\s+/).filter((text) => text !== '')
  if (texts.length <= 1) return one(value)
  return { texts: texts.map((text) => ({ text, unknown: value.unknown })), splits: true }
}

function computed(part: Extract<WordPart, { type: 'ArithmeticExpansion' | 'CommandExpansion' }>, variables: Variables) {
  if (part.type === 'CommandExpansion') return unknown(part.text, part.text)
  const value = arithmetic(part.expression, (name) => {
    variables.used.add(name)
    const found = variables.values.get(name)?.[0]
    return found && found.unknown.length === 0 ? found.text : null
  })
  return value === null ? unknown(part.text, part.text) : known(String(value))
}

function expandVariable(
  part: Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }>,
  variables: Variables,
) {
  const name = part.type === 'SimpleExpansion' ? part.text.slice(1) : part.parameter
  variables.used.add(name)
  const value = variables.values.get(name)
  if (name === '@' || name === '*') return { texts: value ?? [], splits: true }
  if (part.type === 'SimpleExpansion') return one(value?.[0] ?? unknown(part.text, name))
  if (part.index) return element(part, value, variables)
  if (part.operation) return one(operated(part, value?.[0], variables))
  if (part.prefix) return one(unknown(part.text, name))
  return one(value?.[0] ?? unknown(part.text, name))
}

/** `${ARGS[@]}` is every element, `${ARGS[0]}` one of them, `${#ARGS[@]}` their number. */
function element(part: ParameterExpansionPart, value: readonly ShellText[] | undefined, variables: Variables): Piece {
  const index = expandText(part.index!, variables).text
  if (part.prefix === '#' && value) return one(known(String(value.length)))
  if (index === '@' || index === '*') return { texts: value ?? [unknown(part.text, part.parameter)], splits: true }
  return one(value?.[Number(index)] ?? unknown(part.text, part.parameter))
}

function operated(part: ParameterExpansionPart, value: ShellText | undefined, variables: Variables): ShellText {
  const { operation, parameter, text } = part
  const missing = unknown(text, parameter)
  if (operation?.type === 'Default') {
    const isSet = value !== undefined && !(operation.operator.startsWith(':') && value.text === '')
    if (operation.operator.endsWith('+')) return isSet ? expandText(operation.operand, variables) : known('')
    if (isSet) return value
    if (operation.operator.endsWith('?')) return missing
    const preset = expandText(operation.operand, variables)
    if (operation.operator.endsWith('=')) variables.values.set(parameter, [preset])
    return preset
  }
  if (!value || value.unknown.length > 0) return missing
  if (operation?.type === 'Remove')
    return known(removed(value.text, operation.operator, expandText(operation.operand, variables).text))
  if (operation?.type === 'Replace') {
    const pattern = new RegExp(
      globSource(expandText(operation.pattern, variables).text, true),
      operation.operator === '//' ? 'gs' : 's',
    )
    return known(value.text.replace(pattern, () => expandText(operation.replacement, variables).text))
  }
  return missing
}

/** Takes the shortest (`#`, `%`) or longest (`##`, `%%`) match of a pattern off the start or the end. */
function removed(text: string, operator: '#' | '##' | '%' | '%%', pattern: string): string {
  const source = globSource(pattern, operator.length === 2)
  if (operator.startsWith('#')) return text.replace(new RegExp(`^${source}`, 's'), '')
  for (let at = operator === '%' ? text.length : 0; at >= 0 && at <= text.length; at += operator === '%' ? -1 : 1)
    if (new RegExp(`^${source}$`, 's').test(text.slice(at))) return text.slice(0, at)
  return text
}

/** A shell pattern of `*`, `?` and plain characters as the source of a regular expression. */
function globSource(pattern: string, greedy: boolean): string {
  const star = greedy ? '.*' : '.*?'
  return pattern.replace(/[.+^${}()|[\]\\*?]/g, (sign) => (sign === '*' ? star : sign === '?' ? '.' : `\\${sign}`))
}
