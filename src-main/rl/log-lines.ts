import type { RunConfig } from '../../src-preload/contract/config.ts'

/** What the log says of every step, by the names of the metrics; those that were not recorded are left out. */
const stepNumbers = [
  'reward',
  'accuracy',
  'entropy',
  'kl',
  'clip_ratio',
  'loss',
  'grad_norm',
  'completions/mean_length',
  'tokens_per_second',
  'timing_s/step',
] as const

/** What a trainer computes with: the first lines of its part of the log. */
export function startLines(config: RunConfig, version: string): string[] {
  const { method, model, data, evaluation, rollout, update, optimizer, device, seed, steps } = config
  return [
    `quiver ${version}, Node ${process.version}, ${process.platform} ${process.arch}, process ${process.pid}`,
    `model ${model}, method ${method.name}, device ${device}, seed ${seed}, ${steps} steps`,
    `data ${data.train}, held out ${evaluation.dataset ?? 'nothing'}`,
    `${rollout.prompts_per_step} prompts × ${rollout.num_generations} responses a step, ${update.num_iterations} × updates of ${update.mini_batch_prompts} prompts, learning rate ${optimizer.learning_rate}`,
  ]
}

/** The line of a step. */
export const stepLine = (metrics: Readonly<Record<string, number>>): string => numbersOf(metrics, stepNumbers)

/** The line of a held-out evaluation: all it found but the standard errors. */
export const evaluationLine = (metrics: Readonly<Record<string, number>>): string =>
  numbersOf(
    metrics,
    Object.keys(metrics).filter((name) => !name.endsWith('/stderr')),
  )

const numbersOf = (metrics: Readonly<Record<string, number>>, names: readonly string[]): string =>
  names.flatMap((name) => (name in metrics ? `${name} ${Number(metrics[name]!.toPrecision(4))}` : [])).join('  ')
