import { type Document, isMap, parseDocument } from 'yaml'
import { t } from '../i18n/translate.ts'
import { aliasFault, yamlFault } from './yaml-fault.ts'

/** A config as text with what it says; the text is the one record, form and YAML view are two ways to edit it. */
export interface ConfigDocument {
  readonly text: string
  /** What the text says; null when it is not YAML. */
  readonly value: unknown
  /** Why the text is not YAML, in a sentence. */
  readonly syntaxError: string | null
}

/** Reads YAML text. Never throws. */
export function readDocument(text: string): ConfigDocument {
  const document = parseDocument(text, { prettyErrors: true })
  const error = document.errors[0]
  if (error) return { text, value: null, syntaxError: yamlFault(error) }
  let value: unknown
  try {
    value = document.toJS()
    // An alias as a key fails only when it is written.
    document.toString()
  } catch (failure) {
    return { text, value: null, syntaxError: aliasFault(failure as Error) }
  }
  if (value !== null && !isMap(document.contents))
    return { text, value: null, syntaxError: t('A config is a list of “key: value” lines, and this is not one.') }
  return { text, value: value ?? {}, syntaxError: null }
}

/** The value at a dotted path, or undefined. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value
  for (const key of path.split('.')) {
    if (current === null || typeof current !== 'object') return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return current
}

/** A copy of the document with the value at the path set; comments and everything else stay as written. */
export function withValue(document: ConfigDocument, path: string, value: unknown): ConfigDocument {
  return edit(document, (yaml) => yaml.setIn(path.split('.'), yaml.createNode(value, { flow: Array.isArray(value) })))
}

/** A copy without the key: the schema's default holds again. Maps that become empty go as well. */
export function withoutValue(document: ConfigDocument, path: string): ConfigDocument {
  return edit(document, (yaml) => {
    const keys = path.split('.')
    yaml.deleteIn(keys)
    for (let depth = keys.length - 1; depth > 0; depth--) {
      const parent = yaml.getIn(keys.slice(0, depth))
      if (isMap(parent) && parent.items.length === 0) yaml.deleteIn(keys.slice(0, depth))
    }
  })
}

function edit(document: ConfigDocument, change: (yaml: Document) => void): ConfigDocument {
  if (document.syntaxError !== null) return document
  const yaml = parseDocument(document.text)
  if (!isMap(yaml.contents)) yaml.contents = yaml.createNode({}) as never
  change(yaml)
  return readDocument(yaml.toString({ lineWidth: 110 }))
}
