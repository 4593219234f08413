import { Command } from 'commander'
import { version } from '../util/version.ts'
import { addCheckCommand } from './check-command.ts'
import { addCurriculumCommands } from './curriculum-command.ts'
import { addDevicesCommand } from './devices-command.ts'
import { addExportCommand } from './export-command.ts'
import { addExportRunCommand } from './export-run-command.ts'
import { addFitCommand } from './fit-command.ts'
import { addImportCommand } from './import-command.ts'
import { addLaunchCommand } from './launch-command.ts'
import { addMethodCommand } from './method-command.ts'
import { addMethodsCommand } from './methods-command.ts'
import { addModelCommands } from './model-command-lines.ts'
import { addQueueCommands } from './queue-command.ts'
import { addRecipesCommand } from './recipes-command.ts'
import { addReportCommand } from './report-command.ts'
import { addRunCommands } from './run-command-lines.ts'
import { addSandboxCommand } from './sandbox-command.ts'
import { addServeCommand } from './serve-command.ts'
import { addTokensCommand } from './tokens-command.ts'
import { addVerifierCommand } from './verifier-command.ts'
import { addVerifyCommand } from './verify-command.ts'

/** The commands of `quiver`, unparsed. */
export function quiverCommands(): Command {
  const program = new Command('quiver')
    .description('Entropy-aware reinforcement learning with verifiable rewards, on one workstation.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for usage)')
  for (const add of [
    addRunCommands,
    addQueueCommands,
    addCheckCommand,
    addRecipesCommand,
    addImportCommand,
    addLaunchCommand,
    addTokensCommand,
    addFitCommand,
    addModelCommands,
    addExportCommand,
    addExportRunCommand,
    addReportCommand,
    addCurriculumCommands,
    addMethodCommand,
    addMethodsCommand,
    addDevicesCommand,
    addVerifyCommand,
    addVerifierCommand,
    addSandboxCommand,
    addServeCommand,
  ])
    add(program)
  return program
}
