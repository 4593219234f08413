import type { Command } from 'commander'
import { type BackendChoice, backendChoices, tryBackends } from '../tasks/verify/code/choose-backend.ts'
import { UserError } from '../util/assert.ts'
import { printResult, table } from './output.ts'

/** `sandbox`: where model-written code may run on this machine. */
export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description('The sandboxes for model-written code, and which one is used.')
    .option('--self-test', 'try each one with programs that must be stopped (the default)')
    .option('--backend <name>', 'only this one: bwrap or wasm', 'auto')
    .option('--json', 'one JSON object')
    .action(async ({ backend, json }: { backend: string; json?: boolean }) => {
      if (!backendChoices.includes(backend as BackendChoice))
        throw new UserError(`--backend is one of ${backendChoices.join(', ')}, got "${backend}".`)
      const trials = await tryBackends(backend as BackendChoice)
      const chosen = trials.find((trial) => trial.backend !== null)?.name ?? null
      const backends = trials.map(({ name, backend: held, selfTest, reason }) => ({
        name,
        held: held !== null,
        reason,
        description: held?.description ?? null,
        limits: held?.limits ?? null,
        workers: held?.workers ?? null,
        checks: selfTest?.checks ?? [],
      }))
      await Promise.all(trials.map((trial) => trial.backend?.dispose()))
      printResult({ chosen, backends }, { json: json ?? false }, () => report(chosen, backends))
      if (chosen === null) process.exitCode = 1
    })
}

interface Line {
  readonly name: string
  readonly held: boolean
  readonly reason: string
}

function report(
  chosen: string | null,
  backends: readonly (Line & { checks: readonly (Line | CheckLine)[] })[],
): string {
  const rows = backends.flatMap(({ name, held, reason, checks }) => [
    { name, held, detail: reason },
    ...(checks as readonly CheckLine[]).map((check) => ({ ...check, name: `  ${check.name}` })),
  ])
  const head = chosen === null ? 'No sandbox holds: code checking is off.' : `Code runs in ${chosen}.`
  return `${head}\n${table(rows, { sandbox: ({ name }) => name, held: ({ held }) => (held ? 'yes' : 'NO'), detail: ({ detail }) => detail.slice(0, 90) })}`
}

interface CheckLine {
  readonly name: string
  readonly held: boolean
  readonly detail: string
}
