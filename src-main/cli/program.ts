/** The commands of `quiver`. Exit code 0 only on success; errors are one sentence on standard error. */
import { Command, CommanderError } from 'commander'
import { UserError } from '../util/assert.ts'
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

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.stderr.write(
      `${error instanceof UserError ? error.message : error instanceof Error ? error.stack : error}\n`,
    )
    process.exitCode = 1
  }
}
