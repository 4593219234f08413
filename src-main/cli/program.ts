/** Runs a command of `quiver`. Exit code 0 only on success; errors are one sentence on standard error. */
import { CommanderError } from 'commander'
import { UserError } from '../util/assert.ts'
import { quiverCommands } from './commands.ts'

// A reader that has seen enough, such as `head`, ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

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
