import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exportRun } from '../interop/export/export-run.ts'
import { ProgressLine, printResult } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `export-run`: runs as files for other tools. */
export function addExportRunCommand(program: Command): void {
  common(program.command('export-run <runs...>'))
    .description(
      'Writes runs as files: config.yaml, metrics as CSV and JSONL, evaluations, responses and token traces as JSONL, and event files for `tensorboard --logdir FOLDER/tensorboard`.',
    )
    .option('--out <folder>', 'where to write; each run gets a folder of its own', '.')
    .option('--no-traces', 'leaves the token traces out, by far the largest file')
    .action((runs: readonly string[], options: CommonOptions & { out: string; traces: boolean }) =>
      withStore(options, async (db) => {
        const folder = resolve(options.out)
        const line = new ProgressLine()
        for (const [index, runId] of runs.entries()) {
          const progress = (share: number): void =>
            line.show((index + share) / runs.length, `${runId}, ${index + 1} of ${runs.length}`)
          await exportRun(db, { runId, folder, traces: options.traces, progress })
        }
        line.end()
        printResult({ folder, runs }, options, () => `Wrote ${runs.join(', ')} under ${folder}.`)
      }),
    )
}
