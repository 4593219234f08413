import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ESTree, parseSync } from 'vite'

const root = resolve(import.meta.dirname, '../../src-main')

/** A text with `{}` where its values are. */
export const withoutNames = (text: string): string => text.replaceAll(/\{\w+\}/g, '{}')

/** Every text that the services could write: their string and template literals, `{}` for what is filled in. */
export function serviceTexts(): Set<string> {
  const texts = new Set<string>()
  for (const file of globSync('**/*.ts', { cwd: root, exclude: ['study/**', 'cli/**'] }))
    visit(parseSync(file, readFileSync(resolve(root, file), 'utf8')).program, texts)
  return texts
}

function visit(node: ESTree.Node, texts: Set<string>): void {
  if (/^(Import|TS(Type|Interface))/.test(node.type)) return
  if (node.type === 'Literal' && typeof node.value === 'string') texts.add(withoutNames(node.value))
  if (node.type === 'TemplateLiteral')
    texts.add(node.quasis.map(({ value }) => withoutNames(value.cooked ?? '')).join('{}'))
  for (const [key, child] of Object.entries(node))
    if (key !== 'parent') for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, texts)
}

const isNode = (value: unknown): value is ESTree.Node => typeof value === 'object' && value !== null && 'type' in value
