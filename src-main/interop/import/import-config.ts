/** Launch scripts and configs of verl, Archer and TRL, and Quiver's own recipes, as a run config with a record of every setting. */
import { stringify } from 'yaml'
import { recipeSchema, runConfigSchema } from '../../../src-preload/contract/config.ts'
import type { ImportResult } from '../../../src-preload/contract/import.ts'
import { UserError } from '../../util/assert.ts'
import { Draft, type ImportFacts } from './draft.ts'
import { type Entry, readYaml, type Source, yamlEntries } from './entries.ts'
import { applyTable, canonicalIn, type KeyTable } from './key-table.ts'
import { flagEntries, hydraEntries } from './read-command.ts'
import { readPython } from './read-python.ts'
import { readShell, type ShellCommand } from './read-shell.ts'
import { trlSteps } from './trl.ts'
import { trlTable } from './trl-keys.ts'
import { verlSteps } from './verl.ts'
import { verlTable } from './verl-keys.ts'

type Form = ImportResult['form']
type Dialect = 'verl' | 'trl'

const dialects: Readonly<
  Record<Dialect, { readonly table: KeyTable; readonly steps: readonly ((draft: Draft) => void)[] }>
> = {
  verl: { table: verlTable, steps: verlSteps },
  trl: { table: trlTable, steps: trlSteps },
}

/** Settings that a command must make to be taken for a launch of training. */
const fewestKnown = 2

/**
 * Reads a shell script, a YAML or JSON file or Python source. Its form is told by the text itself, or by the ending of `name`.
 * @throws UserError when nothing in it is known.
 */
export function importConfig(text: string, name: string, facts: ImportFacts): ImportResult {
  const form = formOf(text, name)
  if (form === 'python') return draftOf('trl', form, readPython(text), facts)
  if (form === 'shell') return fromShell(text, facts)
  return fromYaml(text, form, facts)
}

function formOf(text: string, name: string): Form {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const endings: Readonly<Record<string, Form>> = {
    py: 'python',
    sh: 'shell',
    bash: 'shell',
    slurm: 'shell',
    sbatch: 'shell',
    yaml: 'yaml',
    yml: 'yaml',
    json: 'json',
  }
  const named = endings[ending]
  if (named) return named
  if (/^\s*\{/.test(text)) return 'json'
  if (/^#!.*\bpython|\bGRPOConfig\s*\(/m.test(text)) return 'python'
  if (/^#!|^\s*(python3?|accelerate|torchrun|trl|ray|bash|deepspeed)\s|\s\\$|^\s*\w+=\S*\s*$/m.test(text))
    return 'shell'
  return 'yaml'
}

function draftOf(dialect: Dialect, form: Form, source: Source, facts: ImportFacts): ImportResult {
  const { table, steps } = dialects[dialect]
  const draft = new Draft(dialect, source, facts, canonicalIn(table))
  applyTable(draft, table, steps)
  return draft.finish(form, source)
}

const knownKeys = (entries: readonly Entry[], { rules, aliases }: KeyTable): number =>
  entries.filter(({ key }) => rules[key] !== undefined || aliases[key] !== undefined).length

interface Launch {
  readonly dialect: Dialect
  readonly entries: readonly Entry[]
  readonly command: ShellCommand
  readonly known: number
}

/** The command of the script that makes the most settings. */
function fromShell(text: string, facts: ImportFacts): ImportResult {
  const { commands, idle, notes } = readShell(text)
  const launches = commands.flatMap((command): Launch[] => {
    const [hydra, flags] = [hydraEntries(command), flagEntries(command)]
    const [verl, trl] = [knownKeys(hydra, verlTable), knownKeys(flags, trlTable)]
    const best: Launch =
      verl >= trl
        ? { dialect: 'verl', entries: hydra, command, known: verl }
        : { dialect: 'trl', entries: flags, command, known: trl }
    return best.known >= fewestKnown ? [best] : []
  })
  const launch = launches.toSorted((a, b) => b.known - a.known)[0]
  if (!launch)
    throw new UserError(
      'No command of this script starts a training that is known here: verl’s `key.name=value` overrides, or TRL’s `--num_generations` and the like.',
    )
  const sentences = [...notes, ...launchNotes(launch, launches.length), ...idleNotes(idle, launch)]
  return draftOf(launch.dialect, 'shell', { entries: launch.entries, notes: sentences }, facts)
}

function launchNotes({ command }: Launch, count: number): string[] {
  const words = command.words.map(({ text }) => text)
  const notes: string[] = []
  if (count > 1)
    notes.push(
      `The script starts ${count} trainings; the one with the most settings is read, line ${command.lines[0]}.`,
    )
  const after = (option: string): string | undefined => words[words.indexOf(option) + 1]
  for (const option of ['--config', '--config-name', '--config-path'])
    if (words.includes(option))
      notes.push(`Settings in ${after(option)} (${option}) are not in the script; import that file for them.`)
  if (words[0] === 'bash' || words[0] === 'sh')
    notes.push(`The command starts another script, ${words[1]}; settings made there are not known here.`)
  return notes
}

/** A setting that the script names and passes to nothing: it has no effect, though it looks as if it had. */
function idleNotes(idle: readonly { name: string; text: string }[], { dialect, entries }: Launch): string[] {
  const names = Object.keys(dialects[dialect].table.rules).map((key) => key.split('.').at(-1)!)
  const given = new Set(entries.map(({ key }) => key.split('.').at(-1)))
  return idle
    .filter(({ name }) => names.includes(name) && !given.has(name))
    .map(
      ({ name, text }) =>
        `The script sets ${name}=${text} and passes it to nothing, so it has no effect there; the default holds.`,
    )
}

/** Places in verl's config by which a YAML file is known as one. */
const verlPlaces = ['actor_rollout_ref', 'algorithm', 'trainer', 'data']

function fromYaml(text: string, form: Form, facts: ImportFacts): ImportResult {
  const { document } = readYaml(text)
  const value = document.toJS() as Record<string, unknown>
  const own = fromQuiver(value, form)
  if (own) return own
  if (verlPlaces.filter((place) => typeof value[place] === 'object').length >= 2)
    return draftOf('verl', form, { entries: yamlEntries(text), notes: hydraNotes(value) }, facts)
  const entries = trlEntries(text)
  if (knownKeys(entries, trlTable) < fewestKnown)
    throw new UserError('This file is no config of verl, TRL or Quiver: hardly a key in it is known here.')
  return draftOf('trl', form, { entries, notes: [] }, facts)
}

/** Sections of a TRL config are dropped: `grpo: { beta: 0 }` is `beta: 0`; options that are maps themselves stay whole. */
function trlEntries(text: string): Entry[] {
  const isOption = (path: string): boolean => path !== '' && /_kwargs$|^reward_weights$/.test(path)
  return yamlEntries(text, isOption).map((entry) => ({ ...entry, key: entry.key.split('.').at(-1)! }))
}

const hydraNotes = ({ defaults }: Readonly<Record<string, unknown>>): string[] =>
  defaults === undefined
    ? []
    : [
        'The file builds on other files of Hydra (defaults); what they set is not known here, and verl’s own defaults are taken.',
      ]

/** A recipe or a run config of Quiver is taken as it is. */
function fromQuiver(value: Readonly<Record<string, unknown>>, form: Form): ImportResult | null {
  const recipe = recipeSchema.safeParse(value)
  const config = recipe.success ? value.config : value
  if (Object.keys(value).length === 0 || !runConfigSchema.safeParse(config).success) return null
  const notes = [recipe.success ? 'This is a recipe of Quiver.' : 'This is a config of Quiver.']
  return {
    dialect: 'quiver',
    form,
    config: config as ImportResult['config'],
    yaml: stringify(config),
    keys: [],
    defaults: [],
    notes,
  }
}
