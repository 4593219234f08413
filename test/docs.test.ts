import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }
import { quiverCommands } from '../src-main/cli/commands.ts'
import { helpTopics } from '../src-renderer/lib/help-topics.ts'
import { chinese } from '../src-renderer/lib/i18n/zh-CN/index.ts'

const root = resolve(import.meta.dirname, '..')
const docs = 'resources/docs'
const pagesIn = (folder: string): string[] => readdirSync(resolve(root, folder)).filter((name) => name.endsWith('.md'))
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8')
const pages = pagesIn(docs)
const chineseDocs = `${docs}/zh-CN`
const files = [
  'README.md',
  ...[docs, chineseDocs].flatMap((folder) => pagesIn(folder).map((name) => `${folder}/${name}`)),
].map((file) => ({ file, text: read(file) }))

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
  const known = files.map(({ file }) => resolve(root, file))
  expect(links.filter((link) => !known.includes(link))).toEqual([])
})

test('every page of the help is there in Chinese', () => {
  expect(pagesIn(chineseDocs).toSorted()).toEqual(pages.toSorted())
})

/** Lines of indented code without their comments, and the rest of a page. */
function partsOf(page: string): { readonly code: string[]; readonly prose: string } {
  const lines = page.split('\n')
  const isCode = (line: string): boolean => line.startsWith('    ')
  return {
    code: lines.filter(isCode).map((line) => line.replace(/\s+# .*$/, '')),
    prose: lines.filter((line) => !isCode(line)).join('\n'),
  }
}

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([whole, inner]) => (inner ?? whole).replaceAll(/\s+/g, ' '))

test.each(pages)('%s says the same in Chinese: headings, lists, tables, commands, names and links', (name) => {
  const [english, translation] = [partsOf(read(`${docs}/${name}`)), partsOf(read(`${chineseDocs}/${name}`))]
  const order = /^(?:#+|- |\|)/gm
  expect(found(translation.prose, order)).toEqual(found(english.prose, order))
  expect(translation.code).toEqual(english.code)
  for (const pattern of [/`([^`]+)`/g, /\]\(([^)]+)\)/g])
    expect(found(translation.prose, pattern).toSorted()).toEqual(found(english.prose, pattern).toSorted())
  const labels = found(english.prose, /\*\*([^*]+)\*\*/g).flatMap((label) => chinese[label] ?? [])
  expect(labels.filter((label) => !translation.prose.includes(`**${label}**`))).toEqual([])
})

test.each(pages)('%s is Chinese throughout in its Chinese form', (name) => {
  const { prose } = partsOf(read(`${chineseDocs}/${name}`))
  expect(prose.replaceAll(/`[^`]+`/g, '')).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
  // A line break within a paragraph would be shown as a space.
  expect(prose).not.toMatch(/[\p{Script=Han}，。；：]\n[\p{Script=Han}]/u)
})
