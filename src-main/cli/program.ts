/** Runs a command of `quiver`. Exit code 0 only on success; errors are one sentence on standard error. */
import { CommanderError } from 'commander'
import { UserError } from '../util/assert.ts'
import { quiverCommands } from './commands.ts'

try {
  await quiverCommands().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.stderr.write(
      `${error instanceof UserError ? error.message : error instanceof Error ? error.stack : error}\n`,
    )
    process.exitCode = 1
  }
}
