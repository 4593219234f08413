/**
 * Reads a shell script for the commands it starts, without running anything: assignments, arrays, `${NAME:-default}`, `$(( ))`
 * and functions are followed; what rests on the environment or on another program's output stays open.
 */
import { type Assignment, type Command, type CompoundList, parse, type Statement } from 'unbash'
import { UserError } from '../../util/assert.ts'
import { expandText, expandWord, type ShellText, type Variables } from './shell-words.ts'

export interface ShellCommand {
  readonly words: readonly ShellText[]
  /** Line of the script at which each word stands, from 1. */
  readonly lines: readonly number[]
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[]
  /** Variables that are set and never read, with their values. */
  readonly idle: readonly { readonly name: string; readonly text: string }[]
  readonly notes: readonly string[]
}

type Node = Statement['command'] | CompoundList | Extract<Statement['command'], { type: 'Function' }>['body']

/** Most commands followed, and calls within calls: a script that calls itself must end. */
const commandLimit = 20_000
const depthLimit = 20
/** Most elements of a list and characters of a text: a script that doubles them must stay small. */
const listLimit = 5000
const textLimit = 100_000

/** @throws UserError when the text is no shell script. */
export function readShell(source: string): ShellScript {
  const script = parse(source)
  const error = script.errors?.[0]
  if (error && script.commands.length === 0) throw new UserError(`This is no shell script: ${error.message}.`)
  const reader = new ShellReader(source)
  reader.walkAll(script.commands)
  return reader.result(error ? [`Line ${reader.lineAt(error.pos)} of the script is not right: ${error.message}.`] : [])
}

class ShellReader {
  readonly #source: string
  readonly #variables: Variables = { values: new Map(), used: new Set() }
  readonly #functions = new Map<string, Node>()
  readonly #commands: ShellCommand[] = []
  readonly #notes = new Set<string>()
  readonly #assigned = new Map<string, string>()
  /** Above 0 inside a branch or loop, of which it is not known whether it runs. */
  #uncertain = 0
  #followed = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  lineAt(position: number): number {
    return this.#source.slice(0, position).split('\n').length
  }

  result(notes: readonly string[]): ShellScript {
    const { used } = this.#variables
    const idle = [...this.#assigned].filter(([name]) => !used.has(name)).map(([name, text]) => ({ name, text }))
    if (used.has('@')) this.#notes.add('The script passes its own arguments on ($@); they are not known here.')
    return { commands: this.#commands, idle, notes: [...notes, ...this.#notes] }
  }

  walkAll(statements: readonly Statement[]): void {
    for (const statement of statements) this.#walk(statement.command)
  }

  #walk(node: Node): void {
    if (++this.#followed > commandLimit) return
    switch (node.type) {
      case 'Command':
        this.#command(node)
        return
      case 'AndOr':
      case 'Pipeline':
        for (const command of node.commands) this.#walk(command)
        return
      case 'Redirected':
        this.#walk(node.command)
        return
      case 'Subshell':
      case 'BraceGroup':
        this.walkAll(node.body.commands)
        return
      case 'CompoundList':
        this.walkAll(node.commands)
        return
      case 'Function':
        this.#functions.set(node.name.value, node.body)
        return
      default:
        this.#branches(node)
    }
  }

  /** Every branch is read; what one sets counts only where nothing was set before. */
  #branches(node: Exclude<Node, { type: 'Command' }>): void {
    this.#uncertain++
    if (node.type === 'If') {
      this.walkAll(node.then.commands)
      for (const branch of node.elif) this.walkAll(branch.then.commands)
      if (node.else) this.walkAll(node.else.commands)
    } else if (node.type === 'Case') for (const item of node.items) this.walkAll(item.body.commands)
    else if (node.type === 'For' || node.type === 'ArithmeticFor' || node.type === 'While') this.#loop(node)
    this.#uncertain--
  }

  #loop(node: Extract<Node, { type: 'For' | 'ArithmeticFor' | 'While' }>): void {
    if (node.type === 'For') {
      const first = node.wordlist?.[0] ? expandWord(node.wordlist[0], this.#variables)[0] : undefined
      if (first) this.#variables.values.set(node.name.value, [first])
    }
    const before = this.#commands.length
    this.walkAll(node.body.commands)
    if (this.#commands.length > before)
      this.#notes.add(`Line ${this.lineAt(node.pos)} begins a loop; it is read once, with its first value.`)
  }

  #command(command: Command): void {
    const assignments = command.prefix.filter((part): part is Assignment => part.type === 'Assignment')
    if (!command.name) {
      for (const assignment of assignments) this.#assign(assignment)
      return
    }
    const name = expandWord(command.name, this.#variables)
    const called = this.#functions.get(name[0]?.text ?? '')
    if (['export', 'declare', 'local', 'readonly', 'typeset'].includes(name[0]?.text ?? '')) {
      for (const argument of command.args) if (argument.type === 'Assignment') this.#assign(argument)
    } else if (called) this.#call(called, command)
    else if (name[0]?.text === 'shift') this.#shift(Number(this.#words(command).words[0]?.text ?? 1))
    else this.#record(command, name)
  }

  #call(body: Node, command: Command): void {
    if (this.#depth >= depthLimit) return
    this.#depth++
    const before = this.#variables.values.get('@')
    this.#setArguments(this.#words(command).words)
    this.#walk(body)
    this.#depth--
    if (before) this.#setArguments(before)
    else this.#variables.values.delete('@')
  }

  #setArguments(given: readonly ShellText[]): void {
    const { values } = this.#variables
    for (let place = 1; values.delete(String(place)); place++);
    values.set('@', given)
    for (const [index, argument] of given.entries()) values.set(String(index + 1), [argument])
  }

  #shift(places: number): void {
    const given = this.#variables.values.get('@')
    if (given && Number.isInteger(places)) this.#setArguments(given.slice(places))
  }

  #words(command: Command): ShellCommand {
    const words: ShellText[] = []
    const lines: number[] = []
    for (const argument of command.args) {
      const texts = argument.type === 'Word' ? expandWord(argument, this.#variables) : [this.#overrideText(argument)]
      words.push(...texts)
      lines.push(...texts.map(() => this.lineAt(argument.pos)))
    }
    return { words, lines }
  }

  /** `key=value` as an argument, which the parser takes for an assignment. */
  #overrideText(argument: Assignment): ShellText {
    if (argument.value.type === 'ArrayValue') return { text: argument.text, unknown: [] }
    const value = expandText(argument.value, this.#variables)
    return { text: `${argument.name}${argument.append ? '+' : ''}=${value.text}`, unknown: value.unknown }
  }

  #record(command: Command, name: readonly ShellText[]): void {
    const { words, lines } = this.#words(command)
    const line = this.lineAt(command.pos)
    this.#commands.push({ words: [...name, ...words], lines: [...name.map(() => line), ...lines] })
    if (name[0]?.text === 'source' || name[0]?.text === '.')
      this.#notes.add(`The script reads another one, ${words[0]?.text ?? ''}, which is not looked into.`)
  }

  #assign(assignment: Assignment): void {
    const { values } = this.#variables
    const { name, value, append } = assignment
    const texts =
      value.type === 'ArrayValue'
        ? value.elements.flatMap((word) => expandWord(word, this.#variables))
        : [expandText(value, this.#variables)]
    const before = values.get(name)
    if (this.#uncertain > 0 && before && !append) {
      if (before[0]?.text !== texts[0]?.text)
        this.#notes.add(
          `Line ${this.lineAt(assignment.pos)} sets ${name} in a branch or loop; its value from before, ${before[0]?.text || '""'}, is used.`,
        )
      return
    }
    values.set(name, limited(append ? appended(before ?? [], texts, value.type === 'ArrayValue') : texts))
    this.#assigned.set(name, texts.map(({ text }) => text).join(' '))
  }
}

const limited = (texts: readonly ShellText[]): readonly ShellText[] =>
  texts
    .slice(0, listLimit)
    .map((one) => (one.text.length > textLimit ? { ...one, text: one.text.slice(0, textLimit) } : one))

function appended(before: readonly ShellText[], added: readonly ShellText[], list: boolean): readonly ShellText[] {
  if (list) return [...before, ...added]
  const [first, second] = [before[0] ?? { text: '', unknown: [] }, added[0] ?? { text: '', unknown: [] }]
  return [{ text: first.text + second.text, unknown: [...first.unknown, ...second.unknown] }]
}
