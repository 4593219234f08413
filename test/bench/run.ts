/**
 * `npm run bench`: generation, training and whole steps on the built-in model and on a larger random one, each as
 * a share of the machine's own matrix-product rate, so that figures of different machines compare.
 * Generation is also measured against a plain loop.
 * Options: --threads N (default 2), --json, --only built-in|small|larger.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Generation, type Measurement, measureModel, type Workload } from './measure.ts'
import { builtinModel, type Sizes, writeRandomModel } from './models.ts'
import { measureSteps, type StepMeasurement } from './steps.ts'

const small: Sizes = {
  vocab_size: 512,
  hidden_size: 128,
  intermediate_size: 344,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
}
const larger: Sizes = {
  vocab_size: 4096,
  hidden_size: 512,
  intermediate_size: 1408,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  num_key_value_heads: 2,
}

interface Subject {
  readonly name: string
  readonly folder: (temporary: string) => Promise<string>
  readonly generate: Generation
  readonly train: Workload
  /** Prompts of a whole training step, 8 responses each. */
  readonly prompts: number
}

const subjects: readonly Subject[] = [
  {
    name: 'built-in',
    folder: () => Promise.resolve(builtinModel()),
    generate: { batches: [64, 128], promptTokens: 32, responseTokens: 128, repeats: 3 },
    train: { rows: 32, promptTokens: 32, responseTokens: 96, repeats: 5 },
    prompts: 16,
  },
  {
    name: 'small',
    folder: (temporary) => writeRandomModel(join(temporary, 'small'), small),
    generate: { batches: [64, 128], promptTokens: 32, responseTokens: 128, repeats: 3 },
    train: { rows: 32, promptTokens: 32, responseTokens: 96, repeats: 5 },
    prompts: 16,
  },
  {
    name: 'larger',
    folder: (temporary) => writeRandomModel(join(temporary, 'larger'), larger),
    generate: { batches: [64, 128], promptTokens: 32, responseTokens: 128, repeats: 1 },
    train: { rows: 32, promptTokens: 32, responseTokens: 96, repeats: 3 },
    prompts: 2,
  },
]

type Line = Measurement & Partial<StepMeasurement>

function line(name: string, { what, tokensPerSecond, modelFlops, productFlops, ...rest }: Line): string {
  const share = ((100 * modelFlops) / productFlops).toFixed(1)
  const { stepsPerSecond, timesPlainLoop, split } = rest
  const steps = stepsPerSecond ? `   ${stepsPerSecond.toFixed(2)} steps/s` : ''
  const plain = timesPlainLoop ? `   ${timesPlainLoop.toFixed(2)} × the plain loop` : ''
  const rate = Math.round(tokensPerSecond).toString().padStart(7)
  const parts = Object.entries(split ?? {}).map(([phase, part]) => `${phase} ${(100 * part).toFixed(1)} %`)
  const below = split ? `\n${''.padEnd(10)}${parts.join('   ')}` : ''
  return `${name.padEnd(9)} ${what.padEnd(20)} ${rate} tokens/s   ${share.padStart(5)} % of the product rate${steps}${plain}${below}`
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { threads: { type: 'string' }, json: { type: 'boolean' }, only: { type: 'string' } },
  })
  const threads = Number(values.threads ?? 2)
  const temporary = await mkdtemp(join(tmpdir(), 'quiver-bench-'))
  try {
    for (const { name, folder, generate, train, prompts } of subjects.filter(
      ({ name }) => !values.only || name === values.only,
    )) {
      const path = await folder(temporary)
      const model = await measureModel(path, threads, generate, train)
      const step = await measureSteps(path, threads, prompts, model)
      const product = (model.productFlops / 1e9).toFixed(0)
      if (!values.json)
        console.log(`${name.padEnd(9)} product              ${product.padStart(7)} GFLOP/s on ${threads} threads`)
      for (const entry of [...model.measurements, step])
        console.log(values.json ? JSON.stringify({ name, threads, ...entry }) : line(name, entry))
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

await main()
