import { z } from 'zod'
import { columnChoiceSchema, type MetricColumns } from './columns.ts'
import type { ConfigIssue, Recipe, RunConfig } from './config.ts'
import { type PassDetail, type PassSummary, type PromptEntropy, passIdSchema } from './curriculum.ts'
import type { DatasetInfo, DatasetPreview } from './dataset.ts'
import type { DeviceReport } from './device.ts'
import type { RunEstimate } from './estimate.ts'
import { type ImportResult, importInput } from './import.ts'
import type { ModelInfo } from './model.ts'
import {
  type ExportStatus,
  type GroupSummary,
  type MetricSeries,
  type PromptPairs,
  type RolloutDetail,
  type RolloutSearchResult,
  type RunDetail,
  type RunSummary,
  rolloutSearchSchema,
  runChangesSchema,
  runId,
} from './run.ts'
import { type SampleRead, sampleRequestSchema } from './sample.ts'
import { type AppInfo, type Settings, settingChangesSchema } from './settings.ts'
import { type TokenTable, tokenTableInput } from './tokens.ts'
import { verifierSchema } from './verifier.ts'
import type { CheckedResponse, DatasetCheck, Rescore } from './verify.ts'

/** A call: the schema its argument is checked with at the edge, and the type of its result. */
export interface Call<Input extends z.ZodType, Output> {
  readonly input: Input
  readonly output?: Output
}

const call =
  <Output>() =>
  <Input extends z.ZodType>(input: Input): Call<Input, Output> => ({ input })

const nothing = z.strictObject({})
const one = z.strictObject({ id: runId })
const several = z.strictObject({ ids: z.array(runId).min(1).max(500) })
const step = z.int().min(0)
const onePass = z.strictObject({ id: passIdSchema })

const sampleId = z.uuid()

const checkLimit = z.int().min(1).max(20_000).default(2000)

/** THE protocol: every call between the page and the services, over any transport. */
export const api = {
  'app.info': call<AppInfo>()(nothing),
  /** Tries every device, in processes of their own; an answer is kept until it is asked for again. */
  'devices.list': call<readonly DeviceReport[]>()(z.strictObject({ again: z.boolean().default(false) })),
  'settings.get': call<Settings>()(nothing),
  'settings.set': call<Settings>()(settingChangesSchema),
  'runs.list': call<readonly RunSummary[]>()(nothing),
  'runs.get': call<RunDetail>()(one),
  /** Checks a config given as an object or as YAML text; never throws for bad input. */
  'runs.check': call<{ config: RunConfig | null; issues: readonly ConfigIssue[]; warnings: readonly ConfigIssue[] }>()(
    z.strictObject({ config: z.unknown() }),
  ),
  /** What a run of a config, an object or YAML text, will take: memory, samples, disk and time. */
  'runs.estimate': call<RunEstimate>()(z.strictObject({ config: z.unknown() })),
  /** Creates the run and starts its trainer, or puts the run at the end of the queue. */
  'runs.create': call<{ id: string }>()(z.strictObject({ config: z.unknown(), queue: z.boolean().default(false) })),
  'runs.pause': call<void>()(one),
  /** Lets a paused run go on, or starts the trainer of one that has none; a queued one leaves the queue for that. */
  'runs.resume': call<void>()(one),
  /** Stops a run; a queued one leaves the queue. */
  'runs.stop': call<void>()(one),
  /** Puts runs that can be resumed at the end of the queue: they go on from their last checkpoint when it is their turn. */
  'queue.add': call<void>()(several),
  /** Queues a new run of the same config for each of the runs. */
  'queue.repeat': call<{ ids: readonly string[] }>()(several),
  /** Moves a queued run to a place, from 1. */
  'queue.move': call<void>()(one.extend({ place: z.int().min(1) })),
  /** Changes name, tags, notes or pin. */
  'runs.change': call<void>()(z.strictObject({ id: runId, changes: runChangesSchema })),
  /** Hides a run; ten minutes later its rows and files are removed for good. */
  'runs.delete': call<void>()(one),
  /** Brings a deleted run back, as long as it is not removed for good. */
  'runs.restore': call<void>()(one),
  /** Starts writing runs as files under a new folder of the workspace. */
  'exports.start': call<ExportStatus>()(several.extend({ traces: z.boolean().default(true) })),
  'exports.list': call<readonly ExportStatus[]>()(nothing),
  'exports.dismiss': call<void>()(z.strictObject({ folder: z.string() })),
  'runs.log': call<string>()(z.strictObject({ id: runId, tailBytes: z.int().min(1).max(1_000_000).default(65536) })),
  /** Names of all recorded metrics, in the order of their first record. */
  'metrics.names': call<readonly string[]>()(one),
  /** Metrics of all steps, packed (contract/columns.ts): those of the choice, or all. */
  'metrics.columns': call<MetricColumns>()(one.extend({ choice: columnChoiceSchema.optional() })),
  /** Columns of the steps after `afterStep`; all metrics unless names are given. */
  'metrics.series': call<MetricSeries>()(
    z.strictObject({ id: runId, afterStep: z.int().min(-1).default(-1), names: z.array(z.string()).optional() }),
  ),
  /** Steps that have stored rollouts, ascending. */
  'rollouts.steps': call<readonly number[]>()(one),
  'rollouts.groups': call<readonly GroupSummary[]>()(z.strictObject({ id: runId, step })),
  /** Responses of all steps that fit a filter. */
  'rollouts.search': call<RolloutSearchResult>()(rolloutSearchSchema),
  /** The prompts that two runs share, those they answer most differently first. */
  'runs.paired-prompts': call<PromptPairs>()(
    z.strictObject({ left: runId, right: runId, limit: z.int().min(1).max(500).default(50) }),
  ),
  'rollouts.get': call<RolloutDetail>()(z.strictObject({ rolloutId: z.int().min(1) })),
  /** Semantic-entropy passes, newest first. */
  'curriculum.list': call<readonly PassSummary[]>()(nothing),
  'curriculum.get': call<PassDetail>()(onePass.extend({ stages: z.int().min(1).max(32).default(2) })),
  'curriculum.prompts': call<readonly PromptEntropy[]>()(
    onePass.extend({
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
      highestFirst: z.boolean().default(false),
    }),
  ),
  /** Starts the pass that a run with this config would need, or goes on with it. */
  'curriculum.start': call<{ id: string }>()(z.strictObject({ config: z.unknown() })),
  'curriculum.stop': call<void>()(onePass),
  /** Hides a pass; ten minutes later its prompts are removed for good. */
  'curriculum.delete': call<void>()(onePass),
  'curriculum.restore': call<void>()(onePass),
  /** Tokens of highest or lowest mean entropy, over a step or the whole run. */
  'tokens.table': call<TokenTable>()(tokenTableInput),
  /** Reads a launch script or config of verl, Archer or TRL as a run config, with what became of each of its settings. */
  'config.import': call<ImportResult>()(importInput),
  /** Starts to sample or to score outside of runs; what comes of it is read with the id. */
  'sample.start': call<{ id: string }>()(sampleRequestSchema),
  /** Blocks after the cursor, as soon as there are any; empty after some seconds without. At most one answer per 50 ms. */
  'sample.read': call<SampleRead>()(z.strictObject({ id: sampleId, cursor: z.int().min(0) })),
  /** Ends it at the next token; what has come stays. */
  'sample.stop': call<void>()(z.strictObject({ id: sampleId })),
  /** The page looks at it no more: it ends, and with the last one the sampler's process. */
  'sample.close': call<void>()(z.strictObject({ id: sampleId })),
  'recipes.list': call<readonly (Recipe & { id: string; yaml: string })[]>()(nothing),
  'models.list': call<readonly ModelInfo[]>()(nothing),
  /** What a verifier says to responses given here. */
  'verifiers.check': call<readonly CheckedResponse[]>()(
    z.strictObject({
      verifier: verifierSchema,
      items: z.array(z.strictObject({ response: z.string().max(1_000_000), answer: z.string().max(100_000) })).max(256),
    }),
  ),
  /** Holds the references of a dataset against themselves. */
  'verifiers.dataset': call<DatasetCheck>()(
    z.strictObject({ verifier: verifierSchema, reference: z.string().min(1), limit: checkLimit }),
  ),
  /** Checks the stored responses of a run with another verifier; nothing stored changes. */
  'verifiers.rescore': call<Rescore>()(z.strictObject({ verifier: verifierSchema, id: runId, limit: checkLimit })),
  'datasets.list': call<readonly DatasetInfo[]>()(nothing),
  /** A dataset's problems from `offset` on. */
  'datasets.preview': call<DatasetPreview>()(
    z.strictObject({ reference: z.string().min(1), offset: z.int().min(0).default(0) }),
  ),
} as const

export type ApiCalls = typeof api
export type CallName = keyof ApiCalls
export type CallInput<Name extends CallName> = z.input<ApiCalls[Name]['input']>
export type CallParsed<Name extends CallName> = z.output<ApiCalls[Name]['input']>
export type CallOutput<Name extends CallName> = ApiCalls[Name] extends Call<z.ZodType, infer Output> ? Output : never

/** What a service provides: one handler per call, given checked arguments. */
export type ApiHandlers = {
  readonly [Name in CallName]: (input: CallParsed<Name>) => Promise<CallOutput<Name>> | CallOutput<Name>
}

/** What pushes from services to the page, joined to at most one message per 50 ms. */
export interface ChangeEvent {
  /** Runs that changed, with their new summaries. */
  readonly runs: readonly RunSummary[]
  /** Runs that were deleted. */
  readonly removed: readonly string[]
  /** New metric columns of active runs, after what the previous event held. */
  readonly series: readonly MetricSeries[]
}
