import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ESTree, parseSync } from 'vite'

const root = resolve(import.meta.dirname, '../../src-main')

/** A text with `{}` where its values are. */
export const withoutNames = (text: string): string => text.replaceAll(/\{\w+\}/g, '{}')

/** Errors for a person (`util/assert.ts`, `sandbox/errors.ts`). */
const errorClasses = ['UserError', 'SandboxUnavailable', 'SandboxBreakdown']

/** Files whose errors no page can show: commands, what runs before there is a page, and a batch given as a file. */
const withoutPage = [
  'shell/{arguments,build,http}.ts',
  'rl/{batch-file,flow,method-command,pass-at-k}.ts',
  'rl/methods/*.ts',
]

/** Folders that make nothing but sentences for the page, errors or not. */
const talking = ['interop/import/*.ts']

const sourceFiles = (pattern: string, exclude: readonly string[] = []): string[] =>
  globSync(pattern, { cwd: root, exclude: ['study/**', 'cli/**', ...exclude] })

/** Every text that the services could write: their string and template literals, `{}` for what is filled in. */
export function serviceTexts(): Set<string> {
  return textsIn(sourceFiles('**/*.ts'), () => true)
}

/** The sentences among them that a page certainly shows: those of errors, and those of an import. */
export function shownSentences(): string[] {
  const errors = textsIn(sourceFiles('**/*.ts', withoutPage), (error) => error)
  const said = textsIn(
    talking.flatMap((pattern) => sourceFiles(pattern)),
    () => true,
  )
  return [...errors, ...said].filter((text) => /^(\p{Lu}|\{\}|\w+ ).* .*[.]$/u.test(text) && /\p{L}{2,}/u.test(text))
}

function textsIn(files: readonly string[], wanted: (inError: boolean) => boolean): Set<string> {
  const texts = new Set<string>()
  const visit = (node: ESTree.Node, outer: boolean): void => {
    if (/^(Import|TS(Type|Interface))/.test(node.type)) return
    const inError = outer || isError(node)
    const text = wanted(inError) ? textOf(node) : undefined
    if (text !== undefined) texts.add(text)
    for (const [key, child] of Object.entries(node))
      if (key !== 'parent')
        for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, inError)
  }
  for (const file of files) visit(parseSync(file, readFileSync(resolve(root, file), 'utf8')).program, false)
  return texts
}

const isError = (node: ESTree.Node): boolean =>
  node.type === 'NewExpression' && node.callee.type === 'Identifier' && errorClasses.includes(node.callee.name)

function textOf(node: ESTree.Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return withoutNames(node.value)
  if (node.type === 'TemplateLiteral')
    return node.quasis.map(({ value }) => withoutNames(value.cooked ?? '')).join('{}')
  return undefined
}

const isNode = (value: unknown): value is ESTree.Node => typeof value === 'object' && value !== null && 'type' in value
