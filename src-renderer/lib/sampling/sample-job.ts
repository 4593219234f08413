import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CallInput } from '../../../src-preload/contract/api.ts'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import type { SampleBlock, SampleDelta, SampleEnd, SampleLane } from '../../../src-preload/contract/sample.ts'
import { type Trace, unpackTrace } from '../../../src-preload/contract/trace.ts'
import { errorSentence } from '../format.ts'
import { joinTraces } from './join-traces.ts'

/** One response as far as it has come. */
export interface SampledResponse {
  readonly lane: number
  readonly row: number
  readonly prompt: string
  readonly answer: string | null
  readonly text: string
  readonly trace: Trace
  /** Null while it grows. */
  readonly end: SampleEnd | null
}

export interface SampleView {
  readonly state: 'idle' | 'starting' | 'running' | 'done'
  /** Why it could not be started or read. */
  readonly error: string | null
  readonly lanes: readonly SampleLane[]
  /** By lane, then row. */
  readonly responses: readonly SampledResponse[]
}

/** A task of the sampler, from its start to its last token. */
export interface SampleJob {
  readonly view: StoreApi<SampleView>
  readonly start: (request: CallInput<'sample.start'>) => Promise<void>
  readonly stop: () => void
  /** Nobody looks any more. */
  readonly close: () => void
}

interface Growing {
  readonly response: SampledResponse
  readonly parts: Trace[]
}

const nothing: SampleView = { state: 'idle', error: null, lanes: [], responses: [] }
const emptyTrace = joinTraces([])

/** Long responses are laid out less often, so that the page keeps its frames: so many letters per millisecond of waiting. */
const lettersPerMs = 40
const shortLetters = 4000
const longestWaitMs = 500

export function createSampleJob(client: ApiClient): SampleJob {
  const view = createStore<SampleView>()(() => nothing)
  let current: string | null = null
  const forget = (): void => {
    if (current !== null) client.call('sample.close', { id: current }).catch(() => {})
    current = null
  }
  return {
    view,
    async start(request) {
      view.setState({ ...nothing, state: 'starting' })
      try {
        const { id } = await client.call('sample.start', request)
        // The one before is let go only now, so that the models it has opened stay open.
        forget()
        current = id
        await follow(client, id, view, () => current === id)
      } catch (error) {
        view.setState({ state: 'done', error: errorSentence(error) })
      }
    },
    stop() {
      if (current !== null) client.call('sample.stop', { id: current }).catch(() => {})
    },
    close() {
      forget()
      view.setState(nothing)
    },
  }
}

/** Reads block after block and shows them, until the last or until nobody wants them. */
async function follow(client: ApiClient, id: string, view: StoreApi<SampleView>, wanted: () => boolean): Promise<void> {
  const growing = new Map<string, Growing>()
  let lanes: readonly SampleLane[] = []
  let shownAtMs = 0
  for (let cursor = 0; ; ) {
    const answer = await client.call('sample.read', { id, cursor })
    if (!wanted()) return
    cursor = answer.cursor
    for (const block of answer.blocks) lanes = take(block, growing) ?? lanes
    const letters = [...growing.values()].reduce((sum, { response }) => sum + response.text.length, 0)
    const waitMs = letters < shortLetters ? 0 : Math.min(longestWaitMs, letters / lettersPerMs)
    if (!answer.done && Date.now() - shownAtMs < waitMs) continue
    shownAtMs = Date.now()
    view.setState({ state: answer.done ? 'done' : 'running', error: null, lanes, responses: shown(growing) })
    if (answer.done) return
  }
}

/** Adds a block to what has come; returns the lanes where they changed. */
function take({ lanes, rows }: SampleBlock, growing: Map<string, Growing>): readonly SampleLane[] | null {
  for (const delta of rows) {
    const key = `${delta.lane} ${delta.row}`
    growing.set(key, grown(growing.get(key), delta))
  }
  return lanes
}

function grown(before: Growing | undefined, { lane, row, problem, text = '', trace, end }: SampleDelta): Growing {
  const known = before?.response ?? { lane, row, prompt: '', answer: null, text: '', trace: emptyTrace, end: null }
  return {
    parts: trace ? [...(before?.parts ?? []), unpackTrace(trace)] : (before?.parts ?? []),
    response: { ...known, ...problem, text: known.text + text, end: end ?? known.end },
  }
}

/** The responses with their parts joined; one that has not changed stays the same object. */
function shown(growing: Map<string, Growing>): SampledResponse[] {
  for (const [key, { response, parts }] of growing) {
    if (parts.length === 0 || (parts.length === 1 && response.trace === parts[0])) continue
    const trace = joinTraces(parts)
    growing.set(key, { parts: [trace], response: { ...response, trace } })
  }
  return [...growing.values()].map(({ response }) => response).sort((a, b) => a.lane - b.lane || a.row - b.row)
}
