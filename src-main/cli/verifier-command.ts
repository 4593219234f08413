import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { verifiersFolder, workspaceFolder } from '../store/workspace.ts'
import { readCustom } from '../tasks/verify/custom/custom-pool.ts'
import { CustomProcess } from '../tasks/verify/custom/custom-process.ts'
import { verifierTemplate } from '../tasks/verify/custom/template.ts'
import { UserError } from '../util/assert.ts'
import { printRecords, printResult } from './output.ts'

interface Options {
  readonly data?: string
  readonly json?: boolean
}

const exampleLimitMs = 5000

/** `verifier new`, `verifier test`, `verifier list`: verifiers of the user's own. */
export function addVerifierCommand(program: Command): void {
  const group = program.command('verifier').description('Verifiers of your own, in JavaScript or TypeScript.')
  const common = (command: Command): Command =>
    command
      .option('--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)')
      .option('--json', 'machine-readable output')
  common(group.command('new <name>'))
    .description("Writes a verifier that works into the workspace's verifiers folder.")
    .action((name: string, options: Options) => {
      const file = fileOf(name, options)
      if (existsSync(file)) throw new UserError(`${file} exists already. Choose another name, or edit it.`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, verifierTemplate)
      printResult({ file }, options, () => `${file}\nTry it: npx quiver verifier test ${name}`)
    })
  common(group.command('test <name-or-file>'))
    .description('Runs the examples of a verifier in the sandbox; exit code 1 when one does not hold.')
    .action((name: string, options: Options) => testExamples(fileOf(name, options), options))
  common(group.command('list'))
    .description('The verifiers of the workspace.')
    .action((options: Options) => {
      const folder = verifiersFolder(workspaceFolder(options.data))
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(?:m?ts|m?js)$/.test(file)) : []
      printRecords(
        files.map((file) => ({ file: join(folder, file) })),
        options,
        { file: ({ file }) => file },
      )
    })
}

const endings = ['.ts', '.js', '.mts', '.mjs'] as const

/** A path as it is; a name in the workspace's verifiers folder, with the ending it has there. */
function fileOf(name: string, { data }: Options): string {
  if (/[/\\.]/.test(name)) return name
  const files = endings.map((ending) => join(verifiersFolder(workspaceFolder(data)), name + ending))
  return files.find((file) => existsSync(file)) ?? files[0]!
}

async function testExamples(file: string, options: Options): Promise<void> {
  const process = new CustomProcess(readCustom(file))
  try {
    const examples = await process.start()
    if (examples.length === 0)
      throw new UserError(`${file} exports no examples. Add some: see \`quiver verifier new\`.`)
    const rows = []
    for (const [index, example] of examples.entries()) {
      const verdict = await process.verify(example, exampleLimitMs)
      if (!verdict) throw new UserError(`${file} took over ${exampleLimitMs} ms for example ${index + 1}.`)
      rows.push({
        example: index + 1,
        holds: verdict.correct === example.correct,
        expected: example.correct,
        ...verdict,
      })
    }
    printRecords(rows, options, {
      example: (row) => String(row.example),
      holds: (row) => (row.holds ? 'yes' : 'NO'),
      correct: (row) => String(row.correct),
      score: (row) => String(row.score),
      extracted: (row) => row.extracted ?? '–',
      reason: (row) => row.reason,
    })
    const failing = rows.filter(({ holds }) => !holds).length
    if (failing > 0) throw new UserError(`${failing} of ${rows.length} examples do not hold.`)
  } finally {
    process.stop()
  }
}
