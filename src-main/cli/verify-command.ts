import type { Command } from 'commander'
import { UserError } from '../util/assert.ts'
import { verifyCodeFile } from './verify-code.ts'

interface VerifyOptions {
  readonly code?: string
  readonly backend: string
}

/** `verify`: what a verifier says to given responses, one JSON object a line. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('Verdicts on given responses, one JSON object per line.')
    .option('--code <file>', 'JSONL of {"id", "problem_tests", "solution" or "response", "format"?, "limits"?}')
    .option('--backend <name>', 'sandbox of --code: auto, bwrap or wasm', 'auto')
    .action(async ({ code, backend }: VerifyOptions) => {
      if (!code) throw new UserError('verify needs a file: --code FILE.jsonl.')
      await verifyCodeFile(code, backend, (line) => process.stdout.write(`${JSON.stringify(line)}\n`))
    })
}
