import { setImmediate } from 'node:timers/promises'
import { createPolicy, type LocalPolicy } from '../../model/create-policy.ts'
import type { ModelSource } from '../../model/model-source.ts'
import { loadModelTokenizer } from '../../model/open-model.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { StopRequested } from '../control.ts'

type PolicyOptions = Parameters<typeof createPolicy>[0]

export interface LoadedModel {
  readonly policy: LocalPolicy
  readonly tokenizer: Tokenizer
}

export interface ModelUse {
  readonly source: ModelSource & Pick<PolicyOptions, 'device' | 'threads'>
  /** Aborts the work between two tokens. */
  readonly signal: AbortSignal
  readonly onProgress: (part: number) => void
}

interface Entry {
  readonly model: Promise<LoadedModel>
  /** Whose turn it is: a policy has one set of caches. */
  turn: Promise<unknown>
  signal: AbortSignal | undefined
}

/** Models that are kept open from one task to the next: memory's worth of those that were compared last. */
const mostOpen = 4

/** Open models by folder, the least recently used closed first. Only for sampling and scoring. */
export class LoadedModels {
  readonly #entries = new Map<string, Entry>()

  /**
   * Runs `work` on a model when nobody else uses it.
   * @throws UserError when the model cannot be opened; StopRequested when the signal aborts.
   */
  async use<Result>(use: ModelUse, work: (model: LoadedModel) => Promise<Result>): Promise<Result> {
    const key = JSON.stringify(use.source)
    const entry = this.#entries.get(key) ?? open(use)
    // Put last: the order is that of use.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    entry.model.catch(() => this.#entries.delete(key))
    const result = entry.turn.then(async () => {
      const model = await entry.model
      if (use.signal.aborted) throw new StopRequested()
      entry.signal = use.signal
      return work(model)
    })
    entry.turn = result.catch(() => {})
    this.#closeOldest()
    return result
  }

  /** Closes every model once its work is done. */
  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.#close(key)))
  }

  #closeOldest(): void {
    for (const key of [...this.#entries.keys()].slice(0, -mostOpen)) void this.#close(key)
  }

  async #close(key: string): Promise<void> {
    const { turn, model } = this.#entries.get(key)!
    this.#entries.delete(key)
    // One that never opened has nothing to close.
    await turn.then(async () => (await model).policy.dispose()).catch(() => {})
  }
}

function open({ source, onProgress }: ModelUse): Entry {
  const entry: Entry = {
    turn: Promise.resolve(),
    signal: undefined,
    model: openBoth({ ...source, onProgress, frozen: true, checkpoint: () => turnOf(entry) }),
  }
  return entry
}

/** Lets messages in, and ends the work when one of them asked for it. */
async function turnOf({ signal }: { readonly signal: AbortSignal | undefined }): Promise<void> {
  await setImmediate()
  if (signal?.aborted) throw new StopRequested()
}

async function openBoth(options: PolicyOptions): Promise<LoadedModel> {
  const policy = await createPolicy(options)
  return { policy, tokenizer: await loadModelTokenizer(options) }
}
