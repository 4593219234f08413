import type { Command } from 'commander'
import { UserError } from '../util/assert.ts'
import { verifyCodeFile } from './verify-code.ts'
import { verifyMathFile } from './verify-math.ts'

interface VerifyOptions {
  readonly math?: string
  readonly mode: string
  readonly code?: string
  readonly backend: string
}

/** `verify`: what a verifier says to given responses, one JSON object a line. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('Verdicts on given responses, one JSON object per line.')
    .option('--math <file>', 'JSONL of {"id", "response" or "response_tail", "answer" or "gold"}')
    .option(
      '--mode <name>',
      'rules of --math: default, strict_form, archer, archer_with_fallback, dapo, dapo_boxed',
      'default',
    )
    .option('--code <file>', 'JSONL of {"id", "problem_tests", "solution" or "response", "format"?, "limits"?}')
    .option('--backend <name>', 'sandbox of --code: auto, bwrap or wasm', 'auto')
    .action(async ({ math, mode, code, backend }: VerifyOptions) => {
      const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
      if (math) await verifyMathFile(math, mode, print)
      if (code) await verifyCodeFile(code, backend, print)
      if (!math && !code) throw new UserError('verify needs a file: --math FILE.jsonl or --code FILE.jsonl.')
    })
}
