import { type Document, isMap, isScalar, LineCounter, parse, parseDocument } from 'yaml'
import { UserError } from '../../util/assert.ts'

/** One setting as its source wrote it. */
export interface Entry {
  readonly key: string
  readonly value: unknown
  /** The value as written, for people. */
  readonly text: string
  /** Where it stands in the source, from 1; null when not known. */
  readonly line: number | null
  /** Why the value is not known from the source alone. */
  readonly open?: string
}

/** What a source holds: its settings, and what has to be said about reading them. */
export interface Source {
  readonly entries: readonly Entry[]
  readonly notes: readonly string[]
}

/** A value in the words of a command line or of Hydra: numbers, `True`, `None`, `[a,b]`; anything else is text. */
export function scalarOf(text: string): unknown {
  if (/^none$/i.test(text)) return null
  try {
    return parse(text) as unknown
  } catch {
    return text
  }
}

/** A YAML or JSON file as its document. @throws UserError when it is neither, or no map. */
export function readYaml(text: string): { readonly document: Document; readonly lines: LineCounter } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  const error = document.errors[0]
  if (error) throw new UserError(`This is not valid YAML or JSON: ${error.message.split('\n')[0]!.replace(/:$/, '.')}`)
  if (!isMap(document.contents))
    throw new UserError('A config file is a list of “key: value” lines, and this is not one.')
  return { document, lines }
}

/**
 * The leaves of a YAML map by dotted path; lists are leaves, and so is a map whose path `isLeaf`. References of OmegaConf
 * (`${data.max_prompt_length}`) are followed.
 */
export function yamlEntries(text: string, isLeaf: (path: string) => boolean = () => false): Entry[] {
  const { document, lines } = readYaml(text)
  const entries: Entry[] = []
  const visit = (node: unknown, path: string, offset: number): void => {
    if (isMap(node) && node.items.length > 0 && !isLeaf(path)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key)
        const start = isScalar(key) ? (key.range?.[0] ?? offset) : offset
        visit(value, path === '' ? name : `${path}.${name}`, start)
      }
      return
    }
    const value = toPlain(node, document)
    entries.push({ key: path, value, text: valueText(value), line: lines.linePos(offset).line })
  }
  visit(document.contents, '', 0)
  return followReferences(entries)
}

function toPlain(node: unknown, document: Document): unknown {
  if (node !== null && typeof node === 'object' && 'toJS' in node)
    return (node as { toJS(document: Document): unknown }).toJS(document)
  return node ?? null
}

export const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const reference = /^\$\{([\w.]+)\}$/

/** Values that name another key take its value; a reference that leads nowhere, or in a circle, stays open. */
function followReferences(entries: readonly Entry[]): Entry[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]))
  const follow = (entry: Entry, seen: readonly string[]): Entry => {
    const target = typeof entry.value === 'string' ? reference.exec(entry.value)?.[1] : undefined
    if (target === undefined) return entry
    const found = byKey.get(target)
    if (!found || seen.includes(target))
      return { ...entry, open: `It takes the value of ${target}, which the file does not hold.` }
    return { ...entry, value: follow(found, [...seen, target]).value }
  }
  return entries.map((entry) => follow(entry, [entry.key]))
}
