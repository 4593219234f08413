import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }
import { quiverCommands } from '../src-main/cli/commands.ts'
import { helpTopics } from '../src-renderer/lib/help-topics.ts'

const root = resolve(import.meta.dirname, '..')
const docs = 'resources/docs'
const pages = readdirSync(resolve(root, docs)).filter((name) => name.endsWith('.md'))
const files = ['README.md', ...pages.map((name) => `${docs}/${name}`)].map((file) => ({
  file,
  text: readFileSync(resolve(root, file), 'utf8'),
}))

/** What the docs call, such as `npx quiver NAME ARGUMENTS`: the rest of the code span or line, without a comment. */
const callsOf = (start: string): { file: string; words: string[] }[] =>
  files.flatMap(({ file, text }) =>
    [...text.matchAll(new RegExp(`${start} ([^\`#\\n]+)`, 'g'))].map((match) => ({
      file,
      words: match[1]!.trim().split(/\s+/),
    })),
  )

/** What is wrong with a command line: a command or an option that there is not. */
function fault(command: Command, words: readonly string[]): string | undefined {
  const [first, ...rest] = words
  const next = command.commands.find((each) => each.name() === first)
  if (next) return fault(next, rest)
  if (command.commands.length > 0 && command.registeredArguments.length === 0 && first && !first.startsWith('-'))
    return `${command.name()} has no command ${first}`
  const known = new Set(['--help', ...command.options.map(({ long }) => long)])
  return words.find((word) => word.startsWith('--') && !known.has(word.replace(/[.,;]$/, '')))
}

test('the commands that the docs call exist, with their options', () => {
  const calls = callsOf('npx quiver')
  expect(calls.length).toBeGreaterThan(20)
  const program = quiverCommands()
  const faults = calls.map(({ file, words }) => ({ file, line: words.join(' '), fault: fault(program, words) }))
  expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([])
})

test('the scripts that the docs call exist', () => {
  const names = callsOf('npm run').map(({ words }) => words[0]!)
  expect(names.filter((name) => !(name in packageFile.scripts))).toEqual([])
})

test('every page of the docs is a page of the help, and every link between them leads somewhere', () => {
  expect(pages.toSorted()).toEqual(helpTopics.map(({ id }) => `${id}.md`).toSorted())
  const links = files.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(([^)#]+\.md)\)/g)].map((match) => resolve(root, file, '..', match[1]!)),
  )
  const known = pages.map((name) => resolve(root, docs, name))
  expect(links.filter((link) => !known.includes(link))).toEqual([])
})
