#!/usr/bin/env node
/** The headless entry: `npx quiver …`. Exit code 0 only on success; errors are one sentence on standard error. */
import './util/compile-cache.ts'
import { Command, CommanderError } from 'commander'
import { addCheckCommand } from './cli/check-command.ts'
import { addCurriculumCommands } from './cli/curriculum-command.ts'
import { addDevicesCommand } from './cli/devices-command.ts'
import { addExportCommand } from './cli/export-command.ts'
import { addExportRunCommand } from './cli/export-run-command.ts'
import { addFitCommand } from './cli/fit-command.ts'
import { addImportCommand } from './cli/import-command.ts'
import { addLaunchCommand } from './cli/launch-command.ts'
import { addMethodCommand } from './cli/method-command.ts'
import { addMethodsCommand } from './cli/methods-command.ts'
import { addModelCommands } from './cli/model-command-lines.ts'
import { addQueueCommands } from './cli/queue-command.ts'
import { addRecipesCommand } from './cli/recipes-command.ts'
import { addRunCommands } from './cli/run-command-lines.ts'
import { addSandboxCommand } from './cli/sandbox-command.ts'
import { addServeCommand } from './cli/serve-command.ts'
import { addTokensCommand } from './cli/tokens-command.ts'
import { addVerifierCommand } from './cli/verifier-command.ts'
import { addVerifyCommand } from './cli/verify-command.ts'
import { UserError } from './util/assert.ts'
import { version } from './util/version.ts'

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
