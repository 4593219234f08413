import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import {
  type ImportedKey,
  type ImportOutcome,
  type ImportResult,
  importDialects,
  importSentence,
} from '../../src-preload/contract/import.ts'
import { importText } from '../services/import-config.ts'
import { UserError } from '../util/assert.ts'
import { printResult, table } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

interface ImportOptions extends CommonOptions {
  readonly out?: string
}

/** `import`: a launch script or config of verl, Archer or TRL as a recipe. */
export function addImportCommand(program: Command): void {
  common(program.command('import <file>'))
    .description(
      'Reads a launch script (shell), YAML, JSON or Python of verl, Archer or TRL as a run config, and says what became of each setting.',
    )
    .option('--out <recipe.yaml>', 'writes the config to a file that "train" and "check" take')
    .action(async (file: string, options: ImportOptions) => {
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new UserError(`${file} cannot be read (${error.message}).`)
      })
      const result = await withStore(options, (db) => importText(db, { text, name: basename(file) }))
      if (options.out) await writeRecipe(options.out, result, file)
      printResult(result, options, () => report(result, options.out))
    })
}

async function writeRecipe(path: string, { yaml }: ImportResult, file: string): Promise<void> {
  await writeFile(path, `# Imported from ${basename(file)}.\n${yaml}`, { flag: 'wx' }).catch((error: Error) => {
    throw new UserError(`${path} cannot be written (${error.message}). Name a file that is not there yet.`)
  })
}

const headings: Readonly<Record<ImportOutcome, string>> = {
  exact: 'Taken over',
  approximate: 'Taken over with a difference',
  lost: 'Not taken over',
  idle: 'Of no effect here',
}
const order: readonly ImportOutcome[] = ['lost', 'approximate', 'exact', 'idle']

function report(result: ImportResult, out: string | undefined): string {
  const parts = order.flatMap((outcome) => {
    const keys = result.keys.filter((key) => key.outcome === outcome)
    return keys.length === 0 ? [] : ['', `${headings[outcome]}:`, keyTable(keys)]
  })
  const defaults = result.defaults.filter(({ origin }) => origin !== 'quiver')
  return [
    ...(out ? [`Written to ${out}.`] : [result.yaml.trimEnd(), '']),
    importSentence(result),
    ...result.notes.map((note) => `note: ${note}`),
    ...parts,
    ...(defaults.length === 0
      ? []
      : ['', `Not in the source, by ${importDialects[result.dialect]}’s default:`, defaultTable(defaults)]),
  ].join('\n')
}

const keyTable = (keys: readonly ImportedKey[]): string =>
  table(keys, {
    line: ({ line }) => String(line ?? ''),
    key: ({ key }) => key,
    value: ({ text }) => (text.length > 40 ? `${text.slice(0, 39)}…` : text),
    setting: ({ settings }) => settings.map(({ path, value }) => `${path}=${JSON.stringify(value)}`).join(' '),
    reason: ({ reasons }) => reasons.join(' '),
  })

const defaultTable = (defaults: ImportResult['defaults']): string =>
  table(defaults, { setting: ({ path }) => path, value: ({ value }) => JSON.stringify(value) })
