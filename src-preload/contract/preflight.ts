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
  tooMuch: 'That is too much: lower {settings}, or train an adapter (lora).',
} as const

/** What the estimate says, and what to do where it does not fit the machine. */
export function memorySentences({ peak, machine, gradientCheckpointing }: MemoryEstimate): Sentence[] {
  const takes = { text: memoryTexts.takes, values: { peak: memoryText(peak), machine: memoryText(machine) } }
  if (memoryFits({ peak, machine })) return [takes]
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

/** Whether the machine's memory holds the run. */
export const memoryFits = ({ peak, machine }: Pick<MemoryEstimate, 'peak' | 'machine'>): boolean => peak < 0.9 * machine
