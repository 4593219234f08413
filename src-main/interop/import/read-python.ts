/**
 * Reads the keyword arguments of `GRPOConfig(…)`, `LoraConfig(…)` and `GRPOTrainer(…)` out of Python source, running nothing: constants,
 * names given a constant, arithmetic, lists of functions and `load_dataset(…)` are followed; anything else stays open.
 */
import { parser } from '@lezer/python'
import { UserError } from '../../util/assert.ts'
import { type Entry, type Source, valueText } from './entries.ts'

type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

/** A value that only running the program gives. */
const open = Symbol('open')
type Value = unknown | typeof open

/** Calls whose arguments are read, and what their keywords are called in a config. */
const calls: Readonly<Record<string, (keyword: string) => string | null>> = {
  GRPOConfig: (keyword) => keyword,
  LoraConfig: (keyword) => (keyword.startsWith('lora_') || keyword.startsWith('use_') ? keyword : `lora_${keyword}`),
  GRPOTrainer: (keyword) => trainerKeys[keyword] ?? null,
}

const trainerKeys: Readonly<Record<string, string>> = {
  model: 'model_name_or_path',
  reward_funcs: 'reward_funcs',
  train_dataset: 'train_dataset',
  eval_dataset: 'eval_dataset',
}

/** @throws UserError when the source makes no GRPOConfig. */
export function readPython(source: string): Source {
  const reader = new PythonReader(source)
  const entries = reader.read()
  if (!reader.found.has('GRPOConfig'))
    throw new UserError('This Python source makes no GRPOConfig(…), and nothing else in it can be imported.')
  return { entries, notes: reader.notes }
}

class PythonReader {
  readonly found = new Set<string>()
  readonly notes: string[] = []
  readonly #source: string
  readonly #names = new Map<string, Value>()
  /** What each name was given, in order. */
  readonly #given = new Map<string, SyntaxNode[]>()
  readonly #entries = new Map<string, Entry>()

  constructor(source: string) {
    this.#source = source
  }

  read(): Entry[] {
    const tree = parser.parse(this.#source)
    tree.iterate({
      enter: ({ node }) => {
        if (node.name === 'AssignStatement') this.#assign(node)
        if (node.name === 'CallExpression') this.#call(node)
      },
    })
    return [...this.#entries.values()]
  }

  #text(node: SyntaxNode): string {
    return this.#source.slice(node.from, node.to)
  }

  #line(node: SyntaxNode): number {
    return this.#source.slice(0, node.from).split('\n').length
  }

  /** `NAME = value`, also `NAME: type = value`; a name that is given two values is open. */
  #assign(node: SyntaxNode): void {
    const target = node.firstChild
    const right = node.lastChild
    if (target?.name !== 'VariableName' || !right || right === target) return
    const name = this.#text(target)
    this.#names.set(name, this.#names.has(name) ? open : this.#value(right))
    this.#given.set(name, [...(this.#given.get(name) ?? []), right])
  }

  #call(node: SyntaxNode): void {
    const callee = this.#text(node.firstChild!).split('.').at(-1)!
    const rename = calls[callee]
    const list = node.getChild('ArgList')
    if (!rename || !list || !Object.hasOwn(calls, callee)) return
    if (this.found.has(callee) && callee === 'GRPOConfig')
      this.notes.push(`Line ${this.#line(node)} makes another ${callee}; the settings of all are read together.`)
    this.found.add(callee)
    for (let argument = list.firstChild; argument; argument = argument.nextSibling) {
      if (argument.name === '**')
        this.notes.push(`Line ${this.#line(argument)} takes further settings from a variable; they are not known here.`)
      if (argument.name !== 'VariableName' || argument.nextSibling?.name !== 'AssignOp') continue
      const key = rename(this.#text(argument))
      let value = argument.nextSibling.nextSibling
      while (value?.name === 'Comment') value = value.nextSibling
      if (key && value) this.#add(key, value)
      argument = value ?? argument
    }
  }

  #add(key: string, node: SyntaxNode): void {
    const value = key === 'reward_funcs' ? this.#functionNames(node) : this.#valueOf(key, node)
    const text = value === open ? this.#text(node) : valueText(value)
    const reason = `It is ${this.#text(node)}, which only running the program gives.`
    const entry = { key, value: value === open ? text : value, text, line: this.#line(node) }
    this.#entries.set(key, value === open ? { ...entry, open: reason } : entry)
  }

  #valueOf(key: string, node: SyntaxNode): Value {
    return key.endsWith('_dataset') ? this.#dataset(node) : this.#value(node)
  }

  /** Functions are values of their own: their names say which. A name is followed to the list it was given. */
  #functionNames(node: SyntaxNode): unknown {
    const given = node.name === 'VariableName' ? this.#given.get(this.#text(node)) : undefined
    const list = given?.length === 1 ? given[0]! : node
    if (list.name === 'ArrayExpression')
      return children(list).map((item) => this.#text(item).replaceAll(/^['"]|['"]$/g, ''))
    return this.#text(node)
  }

  /** What `load_dataset` is asked for, through names, columns (`data["train"]`) and methods (`data.map(…)`). */
  #dataset(node: SyntaxNode, seen: readonly string[] = []): Value {
    const inner = node.firstChild
    if (node.name === 'VariableName') {
      const name = this.#text(node)
      if (seen.includes(name)) return open
      const found = (this.#given.get(name) ?? []).map((one) => this.#dataset(one, [...seen, name]))
      return found.find((value) => value !== open) ?? open
    }
    if (node.name === 'MemberExpression') return inner ? this.#dataset(inner, seen) : open
    if (node.name !== 'CallExpression' || !inner) return open
    if (this.#text(inner).split('.').at(-1) === 'load_dataset') return this.#loaded(node)
    return this.#dataset(inner, seen)
  }

  /** The dataset of `load_dataset("org/name")`, or the file of `load_dataset("json", data_files="problems.jsonl")`. */
  #loaded(call: SyntaxNode): Value {
    const parts = children(call.getChild('ArgList')!)
    const keyword = (name: string): SyntaxNode | undefined => {
      const at = parts.findIndex((part, index) => parts[index + 1]?.name === 'AssignOp' && this.#text(part) === name)
      return at < 0 ? undefined : parts[at + 2]
    }
    const named = keyword('data_files') ?? keyword('path') ?? parts[0]
    return named ? this.#value(named) : open
  }

  #value(node: SyntaxNode): Value {
    switch (node.name) {
      case 'Number':
        return Number(this.#text(node).replaceAll('_', ''))
      case 'Boolean':
        return this.#text(node) === 'True'
      case 'None':
        return null
      case 'String':
        return stringValue(this.#text(node))
      case 'FormatString':
        return this.#formatted(this.#text(node))
      case 'ContinuedString':
        return joinedText(children(node).map((part) => this.#value(part)))
      case 'ParenthesizedExpression':
        return node.firstChild?.nextSibling ? this.#value(node.firstChild.nextSibling) : open
      case 'VariableName':
        return this.#names.has(this.#text(node)) ? this.#names.get(this.#text(node)) : open
      case 'ArrayExpression':
      case 'TupleExpression': {
        const items = children(node).map((item) => this.#value(item))
        return items.includes(open) ? open : items
      }
      case 'UnaryExpression': {
        const value = node.lastChild ? this.#value(node.lastChild) : open
        return typeof value === 'number' ? (this.#text(node).startsWith('-') ? -value : value) : open
      }
      case 'BinaryExpression':
        return this.#arithmetic(node)
      default:
        return open
    }
  }

  /** `f"{OUT}/run"` where OUT is known; anything more in the braces stays open. */
  #formatted(literal: string): Value {
    const text = stringValue(literal.replace(/^[fF]/, ''))
    if (typeof text !== 'string') return open
    const filled = text.replaceAll(/\{(\w+)\}/g, (written, name: string) => {
      const value = this.#names.get(name)
      return typeof value === 'string' || typeof value === 'number' ? String(value) : written
    })
    return /[{}]/.test(filled) ? open : filled
  }

  #arithmetic(node: SyntaxNode): Value {
    const [left, right] = [node.firstChild, node.lastChild].map((side) => (side ? this.#value(side) : open))
    const operator = node.getChild('ArithOp')
    if (typeof left !== 'number' || typeof right !== 'number' || !operator) return open
    return arithmetic[this.#text(operator)]?.(left, right) ?? open
  }
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
}

/** Nodes inside brackets, without the brackets and commas. */
function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (!['[', ']', '(', ')', ',', 'Comment'].includes(child.name)) found.push(child)
  return found
}

const joinedText = (parts: readonly Value[]): Value =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : open

function stringValue(literal: string): Value {
  const match = /^(?:[rRuU]?)("""|'''|"|')([\s\S]*)\1$/.exec(literal)
  return match ? match[2]!.replaceAll(/\\(['"\\])/g, '$1') : open
}
