import type { Command } from 'commander'
import type { DeviceId } from '../../src-preload/contract/device.ts'
import { verifierKinds, verifierSchema } from '../../src-preload/contract/verifier.ts'
import { UserError } from '../util/assert.ts'
import { resolveDataset } from '../util/resources.ts'
import { evaluateFolder } from './eval-command.ts'
import { type SampleOptions, sampleResponses, scoreFile } from './model-commands.ts'
import { modelSource } from './model-reference.ts'
import { deviceOption, number, wholeNumber, wholeNumbers } from './options.ts'
import { fixed, ProgressLine, printRecords, printResult, table } from './output.ts'

const dataOption = ['--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)'] as const
const baseOption = ['--base <folder>', 'base model of a PEFT folder (default: what its config names)'] as const

/** `score`, `generate`, `eval`: what a model folder or a run's checkpoint does. */
export function addModelCommands(program: Command): void {
  addScore(program)
  addGenerate(program)
  addEval(program)
}

interface ModelOptions {
  readonly base?: string
  readonly device: DeviceId
  readonly data?: string
  readonly json?: boolean
}

interface ScoreOptions extends ModelOptions {
  readonly input: string
  readonly temperature: number
}

function addScore(program: Command): void {
  program
    .command('score <model>')
    .description('Per-token log-probability and entropy of given responses (nats).')
    .requiredOption('--input <file>', 'JSONL of {"prompt", "response"}')
    .option('--temperature <number>', 'divides the logits', number, 1)
    .option(...baseOption)
    .addOption(deviceOption)
    .option(...dataOption)
    .option('--json', 'one JSON object per line')
    .action(async (model: string, options: ScoreOptions) => {
      await scoreFile(
        { ...modelSource(model, options), device: options.device },
        options.input,
        options.temperature,
        (scored) => {
          const rows = scored.ids.map((id, index) => ({ id, index }))
          printResult(scored, options, () =>
            table(rows, {
              token: ({ index }) => JSON.stringify(scored.tokens[index]),
              id: ({ id }) => String(id),
              'log-probability': ({ index }) => fixed(scored.logprobs[index]),
              entropy: ({ index }) => fixed(scored.entropies[index]),
            }),
          )
        },
      )
    })
}

interface GenerateOptions extends Omit<SampleOptions, 'greedy'>, ModelOptions {
  readonly greedy?: boolean
}

function addGenerate(program: Command): void {
  program
    .command('generate <model>')
    .description('Samples responses to a prompt.')
    .requiredOption('--prompt <text>', 'the prompt, as the model shall see it')
    .option('--n <count>', 'responses', wholeNumber, 1)
    .option('--seed <number>', 'the same seed gives the same responses', wholeNumber, 1)
    .option('--temperature <number>', 'divides the logits', number, 1)
    .option('--top-p <number>', 'nucleus sampling; 1 keeps all', number, 1)
    .option('--top-k <count>', 'the k most likely tokens; 0 keeps all', wholeNumber, 0)
    .option('--max-tokens <count>', 'longest response', wholeNumber, 96)
    .option('--greedy', 'the most likely token each time')
    .option(...baseOption)
    .addOption(deviceOption)
    .option(...dataOption)
    .option('--json', 'one JSON object per line')
    .action(async (model: string, { data, base, device, json, greedy = false, ...options }: GenerateOptions) => {
      const responses = await sampleResponses({ ...modelSource(model, { data, base }), device }, { ...options, greedy })
      if (json) printRecords(responses, { json }, {})
      else printResult(responses, {}, (rows) => rows.map(({ text }) => text).join('\n---\n'))
    })
}

interface EvalLineOptions extends Omit<GenerateOptions, 'prompt' | 'greedy'> {
  readonly dataset: string
  readonly k: readonly number[]
  readonly limit?: number
  readonly verifier: string
  readonly promptTemplate: string
}

function addEval(program: Command): void {
  program
    .command('eval <model-or-run>')
    .description('Greedy accuracy, avg@n and pass@k of a model folder, builtin:NAME, RUN or RUN@STEP.')
    .requiredOption('--dataset <file>', 'problems: a file or builtin:NAME')
    .option('--n <count>', 'samples per problem; 0 for greedy only', wholeNumber, 8)
    .option('--k <list>', 'pass@k for these k', wholeNumbers, [1, 4, 8])
    .option('--limit <count>', 'most problems', wholeNumber)
    .option('--seed <number>', 'seed of the samples', wholeNumber, 1)
    .option('--temperature <number>', 'temperature of the samples', number, 1)
    .option('--top-p <number>', 'nucleus sampling; 1 keeps all', number, 1)
    .option('--top-k <count>', 'the k most likely tokens; 0 keeps all', wholeNumber, 0)
    .option('--max-tokens <count>', 'longest response', wholeNumber, 96)
    .option('--verifier <kind>', 'a kind of verifier with its defaults: math, numeric, exact, choice, …', 'numeric')
    .option('--prompt-template <text>', 'text around a plain prompt', '{prompt}')
    .option(...baseOption)
    .addOption(deviceOption)
    .option(...dataOption)
    .option('--json', 'one JSON object')
    .action(async (model: string, { data, base, device, json, verifier, ...options }: EvalLineOptions) => {
      const config = verifierSchema.safeParse({ kind: verifier })
      if (!config.success) throw new UserError(`--verifier is one of ${verifierKinds.join(', ')}, got "${verifier}".`)
      const line = new ProgressLine()
      const dataset = resolveDataset(options.dataset)
      const settings = { ...options, dataset, verifier: config.data }
      const source = { ...modelSource(model, { data, base }), device }
      const result = await evaluateFolder(source, settings, (done) => line.show(done, 'evaluating'))
      line.end()
      printResult(result, { json: json ?? false }, ({ metrics }) =>
        table(Object.entries(metrics), { metric: ([name]) => name, value: ([, value]) => fixed(value) }),
      )
    })
}
