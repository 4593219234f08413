import { plainSentence, type Sentence } from './sentence.ts'

/** What a run will hold in memory, by part. */
export const memoryParts = {
  process: { label: 'Program', description: 'The trainer itself: runtime, engine, tokenizer, verifiers.' },
  weights: { label: 'Weights', description: 'The policy, and its adapter.' },
  reference: { label: 'Reference', description: 'The frozen copy that the KL term looks at.' },
  gradients: { label: 'Gradients', description: 'One number per trained weight.' },
  optimizer: { label: 'Optimizer', description: "AdamW's two moments of every trained weight." },
  activations: { label: 'Activations', description: 'What a micro-batch keeps for its backward pass, and works with.' },
  cache: { label: 'Generation', description: 'Keys and values of the responses that grow side by side.' },
} as const
export type MemoryPart = keyof typeof memoryParts

export interface MemoryEstimate {
  /** Bytes by part. `activations` and `cache` are not held at once. */
  readonly parts: Readonly<Record<MemoryPart, number>>
  /** Most bytes of this machine's memory held at once. */
  readonly peak: number
  /** Memory of this machine, bytes. */
  readonly machine: number
  /**
   * Memory of the card that the run computes on, and the most of it held at once, bytes; null elsewhere, and where no driver
   * shows it.
   */
  readonly card: { readonly name: string; readonly total: number; readonly free: number; readonly peak: number } | null
  /** Whether layers are computed again in the backward pass. */
  readonly gradientCheckpointing: boolean
}

/** Bytes for people: "1.4 GiB", "512 MiB". */
export function memoryText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return mebibytes < 1000 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`
}

export const memoryTexts = {
  takes: "The run will take about {peak} of this machine's {machine} of memory.",
  takesOfCard:
    "The run will take about {peak} of {card}, {free} of whose {total} are free, and {host} of this machine's {machine} of memory.",
  tooMuch: 'That is too much: lower {settings}, or train an adapter (lora).',
} as const

/** What the estimate says, and what to do where it does not fit the machine. */
export function memorySentences(estimate: MemoryEstimate): Sentence[] {
  const { gradientCheckpointing, card, parts } = estimate
  const takes = takesSentence(estimate)
  if (memoryFits(estimate)) return [takes]
  const leaving = card && fits(estimate) && card.peak - parts.optimizer < card.free
  const settings = [
    'update.micro_batch_tokens',
    'rollout.max_num_seqs',
    ...(gradientCheckpointing ? [] : ['update.gradient_checkpointing: on']),
    ...(leaving ? ['optimizer.offload: true'] : []),
  ]
  return [takes, { text: memoryTexts.tooMuch, values: { settings: settings.join(', ') } }]
}

/** The same in English. */
export const memorySentence = (estimate: MemoryEstimate): string =>
  memorySentences(estimate).map(plainSentence).join(' ')

function takesSentence({ peak, machine, card }: MemoryEstimate): Sentence {
  const [host, all] = [memoryText(peak), memoryText(machine)]
  if (!card) return { text: memoryTexts.takes, values: { peak: host, machine: all } }
  const [taken, free, total] = [card.peak, card.free, card.total].map(memoryText) as [string, string, string]
  return { text: memoryTexts.takesOfCard, values: { peak: taken, card: card.name, free, total, host, machine: all } }
}

type Memory = Pick<MemoryEstimate, 'peak' | 'machine' | 'card'>

const fits = ({ peak, machine }: Pick<Memory, 'peak' | 'machine'>): boolean => peak < 0.9 * machine

/** Whether the memory that the run computes in holds it: what is free of the card's, and the machine's. */
export const memoryFits = ({ card, ...host }: Memory): boolean =>
  fits(host) && (card === null || fits({ peak: card.peak, machine: card.free }))
