import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ESTree, parseSync } from 'vite'

type Node = ESTree.Node

const root = resolve(import.meta.dirname, '../../src-renderer')

/** The renderer's sources without the catalogues, paths relative to `src-renderer`. */
export const rendererFiles = (): string[] =>
  globSync('**/*.{ts,tsx}', { cwd: root, exclude: ['lib/i18n/zh-CN/**'] }).sort()

export interface SourceText {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** A text given to t, tn, tx or msg: the key, and the English of one where it differs. */
export interface KeyText extends SourceText {
  readonly one?: string
}

export interface FileTexts {
  readonly keys: readonly KeyText[]
  /** What looks like text for the user and goes through none of them. */
  readonly bare: readonly SourceText[]
  /** Calls whose key is built from parts. */
  readonly built: readonly SourceText[]
}

const translators = new Set(['t', 'tn', 'tx', 'msg'])
/** Attributes and properties whose every word is shown. */
const shownNames =
  /^(label|title|text|confirm|placeholder|alt|what|hint|legend|caption|summary|heading|message|meaning|note|aria-label|aria-description|aria-valuetext|aria-roledescription)$/
/** Attributes, properties and variables that hold names for the machine. */
const machineNames =
  /^(className|shortcut|class|classes|style|d|viewBox|id|htmlFor|type|role|href|src|key|autoComplete|rel|target|\w*[fF]ont|query|example|queryKey|\w*[sS]elector|transform|points)$/
/** Functions whose texts are for the machine or for who reads the code. */
const machineCalls =
  /^(Error|TypeError|RegExp|Intl\.\w+|URL|URLSearchParams|querySelector|querySelectorAll|matches|closest|getElementById|addEventListener|removeEventListener|getPropertyValue|setProperty|matchMedia|split|join|replace|replaceAll|startsWith|endsWith|includes|indexOf|getContext|setAttribute|localeCompare|createElement|has)$/

/** Names of keys on a keyboard, where they are not shown. */
const keyNames = /^(Enter|Escape|Delete|Backspace|Home|End|Tab|Space|Shift|Control|Ctrl|Alt|Meta|Page\w+|Arrow\w+)$/
const word = /\p{L}{2,}/u
const sentence = /^[A-Z][a-z]+|[A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}/

/** Everything of a file that is a text for the user. */
export function textsOf(file: string): FileTexts {
  const source = readFileSync(resolve(root, file), 'utf8')
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`)
  const found: { keys: KeyText[]; bare: SourceText[]; built: SourceText[] } = { keys: [], bare: [], built: [] }
  const at = (node: Node, text: string): SourceText => ({
    file,
    line: source.slice(0, node.start).split('\n').length,
    text,
  })

  const visit = (node: Node, parents: readonly Node[]): void => {
    if (isSkipped(node)) return
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && translators.has(node.callee.name)) {
      readCall(node, node.callee.name)
      // Values and elements of the call may hold texts of their own, and so may a key that is chosen elsewhere.
      const [first, ...rest] = node.arguments
      for (const argument of literalsOf(first!).length > 0 || node.callee.name === 'tn' ? rest : [first!, ...rest])
        if (literalsOf(argument).length === 0) visit(argument, [...parents, node])
      return
    }
    const text = textOf(node)
    if (text !== null && looksShown(node, text, parents)) found.bare.push(at(node, text.trim()))
    for (const child of childrenOf(node)) visit(child, [...parents, node])
  }

  const readCall = (call: ESTree.CallExpression, name: string): void => {
    const [first, second, third] = call.arguments
    if (name !== 'tn') {
      for (const text of literalsOf(first!)) found.keys.push(at(first!, text))
      if (literalsOf(first!).length === 0 && /Template|Binary/.test(first!.type)) found.built.push(at(call, name))
      return
    }
    const [one, many] = [literalsOf(second!)[0], literalsOf(third!)[0]]
    if (one === undefined || many === undefined) found.built.push(at(call, name))
    else found.keys.push({ ...at(call, many), one })
  }

  visit(program, [])
  return found
}

/** The text literals an expression can be: one, or those of both branches of a condition. */
function literalsOf(node: Node): string[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value]
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return [node.quasis[0]!.value.cooked ?? '']
  if (node.type === 'ConditionalExpression') return [...literalsOf(node.consequent), ...literalsOf(node.alternate)]
  return []
}

const isSkipped = (node: Node): boolean => /^(Import|ExportAll|TS(Type|Interface|Literal|Union))/.test(node.type)

function textOf(node: Node): string | null {
  if (node.type === 'JSXText') return node.value
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateElement') return node.value.cooked ?? ''
  return null
}

function looksShown(node: Node, text: string, parents: readonly Node[]): boolean {
  if (!word.test(withoutTags(text))) return false
  if (node.type === 'JSXText') return !isCode(parents.at(-1))
  const place = placeOf(node, parents)
  if (place === 'machine' || (place === 'open' && keyNames.test(text))) return false
  return place === 'shown' ? true : sentence.test(withoutTags(text))
}

/** What is read of a piece of HTML. */
const withoutTags = (text: string): string =>
  /<\w|="/.test(text) ? text.replaceAll(/<[^<>]*>/g, '').replace(/^[^<>]*>|<[^<>]*$|^[^<>]*="[^<>]*$/g, '') : text

function isCode(element: Node | undefined): boolean {
  if (element?.type !== 'JSXElement' || element.openingElement.name.type !== 'JSXIdentifier') return false
  return ['code', 'kbd', 'pre'].includes(element.openingElement.name.name)
}

/** Where a literal ends up, as far as the code around it says. */
function placeOf(node: Node, parents: readonly Node[]): 'shown' | 'machine' | 'open' {
  let child = node
  for (const parent of parents.toReversed()) {
    if (/^(BinaryExpression|SwitchCase|ImportExpression)$/.test(parent.type) && !isSum(parent)) return 'machine'
    if (parent.type === 'JSXExpressionContainer' && parents.at(parents.indexOf(parent) - 1)?.type === 'JSXElement')
      return 'shown'
    const name = nameOf(parent, child)
    if (name !== null && machineNames.test(name)) return 'machine'
    if (name !== null && shownNames.test(name)) return 'shown'
    if (parent.type === 'JSXAttribute') return 'open'
    if (/^(CallExpression|NewExpression)$/.test(parent.type))
      return machineCalls.test(calledName(parent)) ? 'machine' : 'open'
    if (parent.type === 'MemberExpression' || /Statement$|Function/.test(parent.type)) return 'open'
    child = parent
  }
  return 'open'
}

const isSum = (node: Node): boolean => node.type === 'BinaryExpression' && node.operator === '+'

/** What the value in a parent is called: an attribute, a property, a variable. */
function nameOf(parent: Node, child: Node): string | null {
  if (parent.type === 'JSXAttribute') return parent.name.type === 'JSXIdentifier' ? parent.name.name : null
  if (parent.type === 'Property')
    return child === parent.key ? 'key' : parent.key.type === 'Identifier' ? parent.key.name : null
  if (parent.type === 'VariableDeclarator') return parent.id.type === 'Identifier' ? parent.id.name : null
  if (parent.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression')
    return parent.left.property.type === 'Identifier' ? parent.left.property.name : null
  return null
}

function calledName(call: Node): string {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return ''
  const { callee } = call
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : ''
}

function childrenOf(node: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
  return Object.entries(node)
    .filter(([key]) => key !== 'parent')
    .flatMap(([, value]) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))
}
