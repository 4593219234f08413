/**
 * What a run will sample, write and how long it will take. Lengths, times and trace sizes are those that an earlier run of the same
 * model measured here; without one, responses are taken to reach their limit and the time follows from the machine's rate.
 */
import { statfs } from 'node:fs/promises'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import type {
  DiskEstimate,
  ModelEstimate,
  RunEstimate,
  SampleCounts,
  TimeEstimate,
} from '../../src-preload/contract/estimate.ts'
import { workspaceOf } from '../store/open.ts'
import { type RunRates, ratePhases, runRates } from '../store/run-rates.ts'
import type { WriteDb } from '../store/sql.ts'
import { datasetInfo } from './datasets.ts'
import { withAbsolutePaths } from './runs.ts'

/** Bytes of a token's trace and text where no run has measured them. */
const defaultBytes = { trace: 8, alternative: 8, text: 4 }
/** What the database's pages take beyond a trace, and what the text takes with its index for the search. */
const tracePages = 1.1
const textCopies = 2.1
/** A response's row with its indexes, and the metrics of a step in both their forms. */
const responseBytes = 150
const stepBytes = 13_000

/** Shares of the matrix-product rate, as measured for the built-in model on two threads; larger models differ. */
const generationShare = 0.2
const trainingShare = 0.4

/** Asks the model's side with `ask`; the machine is timed only where no earlier run tells. */
export async function completeEstimate(
  db: WriteDb,
  config: RunConfig,
  ask: (timed: boolean) => Promise<ModelEstimate>,
): Promise<RunEstimate> {
  const rates = nearestRates(config, runRates(db, withAbsolutePaths(config).model))
  const model = await ask(rates === null)
  const problems = (await datasetInfo(db, config.data.train)).rows
  const heldOut = config.evaluation.dataset === null ? 0 : (await datasetInfo(db, config.evaluation.dataset)).rows
  const samples = sampleCounts(config, { problems, heldOut }, rates)
  const { bavail, bsize } = await statfs(workspaceOf(db))
  return {
    memory: model.memory,
    data: model.data,
    samples,
    disk: diskEstimate(config, samples, { model, rates, free: bavail * bsize }),
    time: rates ? timeFromRun(config, samples, { rates, model }) : timeFromRate(config, samples, model),
  }
}

/** The measured run whose steps are most like those of the config, on its device; null where there is none. */
export function nearestRates(config: RunConfig, measured: readonly RunRates[]): RunRates | null {
  const like = measured.filter(
    (run) => run.config.device === config.device && (run.config.lora === null) === (config.lora === null),
  )
  const apart = (run: RunRates): number =>
    Math.abs(Math.log(responsesOf(run.config) / responsesOf(config))) +
    Math.abs(Math.log(run.config.rollout.max_completion_length / config.rollout.max_completion_length)) +
    (run.config.data.train === config.data.train ? 0 : 1) +
    (run.config.threads === config.threads ? 0 : 1) +
    // The mean of a few steps tells less.
    1 / run.steps
  return like.toSorted((a, b) => apart(a) - apart(b))[0] ?? null
}

const responsesOf = ({ rollout }: RunConfig): number => rollout.prompts_per_step * rollout.num_generations

export function sampleCounts(
  config: RunConfig,
  { problems, heldOut }: { readonly problems: number; readonly heldOut: number },
  rates: Pick<RunRates, 'name' | 'meanLength'> | null,
): SampleCounts {
  const { steps, rollout, evaluation } = config
  const responses = steps * responsesOf(config)
  const limit = rollout.max_completion_length
  const meanLength = rates ? Math.min(rates.meanLength, limit) : limit
  const evaluations = heldOut === 0 ? 0 : 1 + Math.ceil(steps / (evaluation.every || steps))
  return {
    steps,
    responsesPerStep: responsesOf(config),
    responses,
    epochs: (steps * rollout.prompts_per_step) / problems,
    evaluations,
    evaluationResponses: evaluations * Math.min(evaluation.limit, heldOut) * (1 + evaluation.n),
    mostTokens: responses * limit,
    tokens: responses * meanLength,
    lengthFrom: rates ? { run: rates.name, meanLength } : null,
  }
}

interface DiskFacts {
  readonly model: ModelEstimate
  readonly rates: Pick<RunRates, 'traceBytesPerToken' | 'textBytesPerToken'> | null
  readonly free: number
}

export function diskEstimate(
  { steps, checkpoint: { every, keep }, trace, rollout }: RunConfig,
  { tokens, responses }: SampleCounts,
  { model, rates, free }: DiskFacts,
): DiskEstimate {
  const checkpoint = model.memory.parts.gradients + model.memory.parts.optimizer
  const written = Math.max(1, every === 0 ? 1 : Math.ceil(steps / every))
  // The new one is whole before the oldest goes.
  const checkpoints = Math.min(written, keep + 1)
  const traced = Math.min(1, (trace.groups ?? rollout.prompts_per_step) / rollout.prompts_per_step) / trace.every
  const traceBytes = defaultBytes.trace + trace.top_k * defaultBytes.alternative
  const traces = tokens * traced * (rates?.traceBytesPerToken ?? traceBytes) * tracePages
  const text = tokens * (rates?.textBytesPerToken ?? defaultBytes.text) * textCopies
  const records = text + responses * responseBytes + steps * stepBytes
  return { checkpoint, checkpoints, traces, records, total: checkpoint * checkpoints + traces + records, free }
}

/** Each phase grows with what it works on: tokens, responses, passes. */
export function timeFromRun(
  config: RunConfig,
  samples: SampleCounts,
  {
    rates,
    model,
  }: { readonly rates: RunRates; readonly model: Pick<ModelEstimate, 'needsReference' | 'productWeights'> },
): TimeEstimate {
  const before = responsesOf(rates.config)
  const tokens = samples.tokens / samples.responses / rates.meanLength
  const responses = samples.responsesPerStep / before
  const passes = config.update.num_iterations / rates.config.update.num_iterations
  const { generate, verify, reference, update, record } = rates.seconds
  // A reference pass is a forward pass of the update, which is a third of it.
  const scored = reference > 0 ? reference : update / rates.config.update.num_iterations / 3
  const phases = {
    generate: generate * responses * tokens,
    verify: verify * responses,
    reference: model.needsReference ? scored * responses * tokens : 0,
    update: update * responses * tokens * passes,
    record: record * responses * tokens,
  }
  return { ...summed(phases, samples), basis: { kind: 'run', run: rates.name, steps: rates.steps } }
}

/** From the rate of matrix products: 2 operations per weight and token forward, 4 backward, 2 more where layers are computed again. */
export function timeFromRate(config: RunConfig, samples: SampleCounts, model: ModelEstimate): TimeEstimate | null {
  if (model.productRate === null) return null
  const tokens = samples.tokens / samples.steps
  const forward = 2 * model.productWeights * tokens
  const again = model.memory.gradientCheckpointing ? forward : 0
  const training = trainingShare * model.productRate
  const phases = {
    generate: forward / (generationShare * model.productRate),
    verify: 0,
    reference: model.needsReference ? forward / training : 0,
    update: (config.update.num_iterations * (3 * forward + again)) / training,
    record: 0,
  }
  return { ...summed(phases, samples), basis: { kind: 'product', gigaflops: model.productRate / 1e9 } }
}

function summed(phases: TimeEstimate['phases'], samples: SampleCounts): Omit<TimeEstimate, 'basis'> {
  const { steps, responsesPerStep, evaluationResponses } = samples
  const secondsPerStep = ratePhases.reduce((sum, phase) => sum + phases[phase], 0)
  const evaluationSeconds = ((phases.generate + phases.verify) / responsesPerStep) * evaluationResponses
  return { phases, secondsPerStep, evaluationSeconds, seconds: secondsPerStep * steps + evaluationSeconds }
}
