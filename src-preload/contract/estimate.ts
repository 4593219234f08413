/** What a run will take, and how that is said. */
import type { DataFacts } from './data-facts.ts'
import { type MemoryEstimate, memoryText } from './preflight.ts'
import type { Sentence } from './sentence.ts'

/** What model and data tell of a run before it starts. */
export interface ModelEstimate {
  readonly memory: MemoryEstimate
  readonly data: DataFacts
  /** Weights that a token is multiplied with on its way through the model. */
  readonly productWeights: number
  readonly needsReference: boolean
  /** Floating-point operations per second of a matrix product on the run's threads; null where it was not timed. */
  readonly productRate: number | null
}

/** What a run will make, counted from its settings. */
export interface SampleCounts {
  readonly steps: number
  readonly responsesPerStep: number
  /** Responses of all steps; those that are sampled in place of dropped groups are not known ahead. */
  readonly responses: number
  /** Passes over the training problems. */
  readonly epochs: number
  readonly evaluations: number
  readonly evaluationResponses: number
  /** Response tokens of training if every response reaches the limit. */
  readonly mostTokens: number
  /** Response tokens of training at the mean length of an earlier run; the most where there is none. */
  readonly tokens: number
  /** Where the mean length comes from; null where responses of full length are assumed. */
  readonly lengthFrom: { readonly run: string; readonly meanLength: number } | null
}

/** Bytes on the disk of the workspace. */
export interface DiskEstimate {
  /** One checkpoint: trained weights, and two moments of each. */
  readonly checkpoint: number
  /** Checkpoints that lie there at once, the one being written included. */
  readonly checkpoints: number
  /** Token traces. */
  readonly traces: number
  /** Prompts, responses with their index, metrics. */
  readonly records: number
  readonly total: number
  readonly free: number
}

/** Phases of a step in seconds, and what the figures rest on. */
export interface TimeEstimate {
  readonly phases: Readonly<Record<'generate' | 'verify' | 'reference' | 'update' | 'record', number>>
  readonly secondsPerStep: number
  /** Seconds of all evaluations, whose responses are taken to cost what those of a step do. */
  readonly evaluationSeconds: number
  /** Seconds of all steps and evaluations; the start and checkpoints come on top. */
  readonly seconds: number
  readonly basis:
    | { readonly kind: 'run'; readonly run: string; readonly steps: number }
    | { readonly kind: 'product'; readonly gigaflops: number }
}

export interface RunEstimate {
  readonly memory: MemoryEstimate
  readonly data: DataFacts
  readonly samples: SampleCounts
  readonly disk: DiskEstimate
  /** Null where nothing tells: no earlier run of the model, and a device that is not timed ahead. */
  readonly time: TimeEstimate | null
}

/** Every sentence on samples, time and disk. */
export const estimateTexts = {
  samples: '{steps} steps of {perStep} responses, {responses} in all, over {epochs} passes of the data.',
  mostTokens: 'Response tokens: {most} at most.',
  tokens: 'Response tokens: about {tokens} at the mean length of “{run}” ({length}), {most} at most.',
  evaluations: '{responses} more responses in {evaluations} evaluations.',
  time: 'About {step} a step, {all} in all.',
  timeWithEvaluations: 'About {step} a step and {evaluations} for the evaluations, {all} in all.',
  timeOfRun: 'As measured in the last {steps} steps of “{run}”.',
  timeOfProduct:
    'From this machine’s {rate} GFLOP/s in matrix products: it may be several times as long or short, until a run of this model has measured it.',
  timeUnknown: 'How long it will take is not known: no run of this model has trained here yet.',
  disk: 'It will write about {total}: checkpoints {count} × {checkpoint}, traces {traces}, records {records}.',
  free: '{free} are free on the disk of the workspace.',
  short:
    'Only {free} are free on the disk of the workspace: lower checkpoint.keep, trace less (trace.every, trace.groups), or choose another workspace.',
} as const

function countText(value: number): string {
  if (value < 10_000) return Math.round(value).toLocaleString('en')
  const [power, unit] = value < 1e6 ? [3, 'k'] : value < 1e9 ? [6, 'M'] : [9, 'G']
  return `${(value / 10 ** Number(power)).toFixed(1)}${unit}`
}

/** Seconds for people: "0.8 s", "12 min", "3.4 h", "2.1 d". */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`
}

/** What the run will sample. */
export function samplesSentences(samples: SampleCounts): Sentence[] {
  const { steps, responsesPerStep, responses, epochs, evaluations, evaluationResponses, lengthFrom } = samples
  const most = countText(samples.mostTokens)
  const all = {
    text: estimateTexts.samples,
    values: {
      steps: countText(steps),
      perStep: countText(responsesPerStep),
      responses: countText(responses),
      epochs: epochs < 10 ? String(Number(epochs.toPrecision(2))) : countText(epochs),
    },
  }
  const tokens = lengthFrom
    ? {
        text: estimateTexts.tokens,
        values: {
          tokens: countText(samples.tokens),
          run: lengthFrom.run,
          length: Math.round(lengthFrom.meanLength),
          most,
        },
      }
    : { text: estimateTexts.mostTokens, values: { most } }
  const held = { text: estimateTexts.evaluations, values: { responses: countText(evaluationResponses), evaluations } }
  return evaluations === 0 ? [all, tokens] : [all, tokens, held]
}

/** How long the run will take, and how that is known. */
export function timeSentences(time: TimeEstimate | null): Sentence[] {
  if (!time) return [{ text: estimateTexts.timeUnknown, values: {} }]
  const { secondsPerStep, evaluationSeconds, seconds, basis } = time
  const all = { step: secondsText(secondsPerStep), all: secondsText(seconds) }
  return [
    evaluationSeconds === 0
      ? { text: estimateTexts.time, values: all }
      : {
          text: estimateTexts.timeWithEvaluations,
          values: { ...all, evaluations: secondsText(evaluationSeconds) },
        },
    basis.kind === 'run'
      ? { text: estimateTexts.timeOfRun, values: { steps: basis.steps, run: basis.run } }
      : { text: estimateTexts.timeOfProduct, values: { rate: countText(basis.gigaflops) } },
  ]
}

/** Whether a run leaves a tenth of the free room. */
export const diskFits = ({ total, free }: Pick<DiskEstimate, 'total' | 'free'>): boolean => total < 0.9 * free

/** What the run will write, and what to change where the disk has no room. */
export function diskSentences(disk: DiskEstimate): Sentence[] {
  const { checkpoint, checkpoints, traces, records, total, free } = disk
  return [
    {
      text: estimateTexts.disk,
      values: {
        total: memoryText(total),
        count: checkpoints,
        checkpoint: memoryText(checkpoint),
        traces: memoryText(traces),
        records: memoryText(records),
      },
    },
    { text: diskFits(disk) ? estimateTexts.free : estimateTexts.short, values: { free: memoryText(free) } },
  ]
}
