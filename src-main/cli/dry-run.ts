import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { SampleBlock, SampleEnd } from '../../src-preload/contract/sample.ts'
import { unpackTrace } from '../../src-preload/contract/trace.ts'
import { LoadedModels } from '../rl/sampling/loaded-models.ts'
import { runTask } from '../rl/sampling/run-task.ts'
import { UserError } from '../util/assert.ts'
import { fixed } from './output.ts'

export interface DriedSample extends Omit<SampleEnd, 'verdict'> {
  /** As the model reads it. */
  readonly prompt: string
  readonly answer: string
  readonly response: string
  readonly tokens: number
  /** Nats. */
  readonly meanEntropy: number
  readonly correct: boolean
  readonly extracted: string | null
  readonly reason: string
}

/** Three prompts of the config, sampled, verified and rewarded as its run would. @throws UserError when they cannot be. */
export async function dryRunConfig(config: RunConfig): Promise<DriedSample[]> {
  const models = new LoadedModels()
  const blocks: SampleBlock[] = []
  try {
    await runTask({ kind: 'dry_run', config }, models, (block) => blocks.push(block), new AbortController().signal)
  } finally {
    await models.close()
  }
  const [lane] = blocks.findLast(({ lanes }) => lanes)?.lanes ?? []
  if (lane?.state !== 'done') throw new UserError(lane?.message ?? 'The dry run ended before its first token.')
  const deltas = blocks.flatMap(({ rows }) => rows)
  const rows = [...new Set(deltas.map(({ row }) => row))].sort((a, b) => a - b)
  return rows.map((row) => sampleOf(deltas.filter((delta) => delta.row === row)))
}

function sampleOf(deltas: readonly SampleBlock['rows'][number][]): DriedSample {
  const problem = deltas.find((delta) => delta.problem)!.problem!
  const { verdict, ...end } = deltas.find((delta) => delta.end)!.end!
  const entropies = deltas.flatMap(({ trace }) => (trace ? [...unpackTrace(trace).entropies] : []))
  return {
    prompt: problem.prompt,
    answer: problem.answer ?? '',
    response: deltas.map(({ text }) => text ?? '').join(''),
    tokens: entropies.length,
    meanEntropy: entropies.reduce((sum, entropy) => sum + entropy, 0) / Math.max(1, entropies.length),
    correct: verdict?.correct ?? false,
    extracted: verdict?.extracted ?? null,
    reason: verdict?.reason ?? '',
    ...end,
  }
}

const ends = { eos: 'ended', stop: 'stop text', length: 'cut at the limit', stopped: 'stopped' } as const

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ')

/** The samples for people. */
export function dryRunLines(samples: readonly DriedSample[]): string[] {
  return samples.flatMap((sample, index) => {
    const parts = Object.entries(sample.rewardParts).map(([name, value]) => `${name} ${fixed(value, 3)}`)
    return [
      '',
      `sample ${index + 1}  ${sample.correct ? 'correct' : 'wrong'}  reward ${fixed(sample.reward, 3)} (${parts.join(', ')})`,
      `  prompt\n${indented(sample.prompt)}`,
      `  response, ${sample.tokens} tokens, mean entropy ${fixed(sample.meanEntropy, 3)} nats, ${ends[sample.finishReason]}, ${fixed(sample.ms / 1000, 1)} s\n${indented(sample.response)}`,
      `  expected ${sample.answer.slice(0, 200)}, found ${sample.extracted ?? 'no answer'}: ${sample.reason}`,
    ]
  })
}
