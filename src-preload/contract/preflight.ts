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
  /** Most bytes held at once. */
  readonly peak: number
  /** Memory of this machine, bytes. */
  readonly machine: number
  /** Memory of the card that the run computes on, bytes; null elsewhere, and where no driver shows it. */
  readonly card: { readonly name: string; readonly total: number; readonly free: number } | null
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
    'The run will take an estimated {peak} of {card}: {free} of its {total} are free. Nothing was measured: sizes are of float32, with copies of the weights in bfloat16; activations in bfloat16 take less.',
  tooMuch: 'That is too much: lower {settings}, or train an adapter (lora).',
} as const

/** What the estimate says, and what to do where it does not fit the machine. */
export function memorySentences(estimate: MemoryEstimate): Sentence[] {
  const { peak, machine, card, gradientCheckpointing } = estimate
  const takes = card
    ? cardSentence(estimate, card)
    : { text: memoryTexts.takes, values: { peak: memoryText(peak), machine: memoryText(machine) } }
  if (memoryFits(estimate)) return [takes]
  const settings = [
    'update.micro_batch_tokens',
    'rollout.max_num_seqs',
    ...(gradientCheckpointing ? [] : ['update.gradient_checkpointing: on']),
  ]
  return [takes, { text: memoryTexts.tooMuch, values: { settings: settings.join(', ') } }]
}

/** The same in English. */
export const memorySentence = (estimate: MemoryEstimate): string =>
  memorySentences(estimate).map(plainSentence).join(' ')

/** Most bytes that a card holds at once: what the program itself takes stays on the host, weights have copies in bfloat16. */
function cardBytes({ parts, peak }: Pick<MemoryEstimate, 'parts' | 'peak'>): number {
  return peak - parts.process + (parts.weights + parts.reference) / 2
}

function cardSentence(estimate: MemoryEstimate, { name, total, free }: NonNullable<MemoryEstimate['card']>): Sentence {
  const [peak, left, all] = [cardBytes(estimate), free, total].map(memoryText)
  return { text: memoryTexts.takesOfCard, values: { peak: peak!, card: name, free: left!, total: all! } }
}

/** Whether the memory that the run computes in holds it: what is free of the card's, or the machine's. */
export const memoryFits = (estimate: Pick<MemoryEstimate, 'parts' | 'peak' | 'machine' | 'card'>): boolean =>
  estimate.card ? cardBytes(estimate) < 0.9 * estimate.card.free : estimate.peak < 0.9 * estimate.machine
