import type { ErrorCode, YAMLError } from 'yaml'
import { msg, t } from '../i18n/translate.ts'

const reasons: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: msg('a backslash in double quotes begins an escape, and this one is not known; use single quotes'),
  BAD_INDENT: msg('the indentation does not fit the lines around it, or a bracket is not closed'),
  BAD_SCALAR_START: msg('a value cannot begin with this character unless it is in quotes'),
  BLOCK_AS_IMPLICIT_KEY: msg('there are two “key: value” on one line; begin a new line, or put the value in quotes'),
  BLOCK_IN_FLOW: msg('inside [ ] and { } lists and groups are written with brackets as well'),
  DUPLICATE_KEY: msg('this key stands twice in its group; keep one of them'),
  MISSING_CHAR: msg('a colon after a key, a comma, a closing quote or bracket, or a space is missing'),
  MULTILINE_IMPLICIT_KEY: msg('a key must fit on one line; most likely a colon is missing at its end'),
  MULTIPLE_DOCS: msg('a second document begins here; remove the line ---'),
  TAB_AS_INDENT: msg('tabs cannot indent; use spaces'),
  UNEXPECTED_TOKEN: msg('nothing can stand here; most likely a quote or bracket is one too many'),
}

/** Why a text is no YAML and where, in a sentence. What the parser itself says stands for the rare faults. */
export function yamlFault({ code, message, linePos }: YAMLError): string {
  const known = reasons[code]
  const own = message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
  const { line, col } = linePos?.[0] ?? { line: 1, col: 1 }
  return t('This is not valid YAML at line {line}, column {column}: {reason}.', {
    line: String(line),
    column: String(col),
    reason: known === undefined ? own : t(known),
  })
}

/** Why a text that is YAML has no values: its aliases, `*name`, lead nowhere or to far too much. */
export const aliasFault = ({ message }: Error): string =>
  t(
    'A value that begins with * stands for what & names elsewhere, and this cannot be followed ({reason}). Put it in quotes if it is a text.',
    {
      reason: message,
    },
  )
