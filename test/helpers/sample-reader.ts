import type { CallInput } from '../../src-preload/contract/api.ts'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import type { SampleDelta, SampleEnd, SampleLane } from '../../src-preload/contract/sample.ts'
import { type Trace, unpackTrace } from '../../src-preload/contract/trace.ts'

export interface ReadRow {
  text: string
  readonly parts: Trace[]
  problem: SampleDelta['problem']
  end: SampleEnd | undefined
}

export interface ReadSample {
  lanes: readonly SampleLane[]
  /** By lane and row. */
  readonly rows: Map<string, ReadRow>
}

/** Starts a task and reads it to its end; `seen` is called after every answer. */
export async function readSample(
  client: ApiClient,
  request: CallInput<'sample.start'>,
  seen: (sample: ReadSample, id: string) => Promise<void> | void = () => {},
): Promise<ReadSample> {
  const { id } = await client.call('sample.start', request)
  const sample: ReadSample = { lanes: [], rows: new Map() }
  for (let cursor = 0; ; ) {
    const answer = await client.call('sample.read', { id, cursor })
    cursor = answer.cursor
    for (const { lanes, rows } of answer.blocks) {
      if (lanes) sample.lanes = lanes
      for (const delta of rows) apply(sample, delta)
    }
    await seen(sample, id)
    if (answer.done) return sample
  }
}

function apply({ rows }: ReadSample, { lane, row, problem, text, trace, end }: SampleDelta): void {
  const key = `${lane} ${row}`
  const known = rows.get(key) ?? { text: '', parts: [], problem: undefined, end: undefined }
  rows.set(key, known)
  if (problem) known.problem = problem
  if (end) known.end = end
  known.text += text ?? ''
  if (trace) known.parts.push(unpackTrace(trace))
}
