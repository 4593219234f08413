import type { Command } from 'commander'
import { exportModel } from '../model/export-model.ts'
import { resolveModel } from '../util/resources.ts'
import { findModel } from './model-reference.ts'
import { printResult } from './output.ts'

interface ExportLineOptions {
  readonly merge?: boolean
  readonly float32?: boolean
  readonly base?: string
  readonly data?: string
  readonly json?: boolean
}

/** `export`: a run's checkpoint, or any model folder, as a folder for other tools. */
export function addExportCommand(program: Command): void {
  program
    .command('export <model-or-run> <folder>')
    .description(
      'Writes a checkpoint (RUN: the newest, RUN@STEP) as a Hugging Face folder in the element type of the model it started from. A LoRA checkpoint becomes a PEFT folder or, with --merge, a whole model.',
    )
    .option('--merge', 'adds the adapter to its base model')
    .option('--float32', 'writes float32, whatever the model it started from has')
    .option('--base <folder>', 'base model of a PEFT folder (default: what its config names)')
    .option('--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)')
    .option('--json', 'one JSON object')
    .action(async (reference: string, folder: string, options: ExportLineOptions) => {
      const { folder: source, origin } = findModel(reference, options.data)
      const settings = { merge: options.merge ?? false, elements: options.float32 ? 'float32' : 'stored' } as const
      const base = options.base === undefined ? {} : { base: resolveModel(options.base) }
      const from = origin === undefined || options.float32 ? {} : { origin: resolveModel(origin) }
      await exportModel({ folder: source, ...base }, folder, { ...settings, ...from })
      printResult({ source, folder, ...settings }, options, () => `Wrote ${folder}.`)
    })
}
