/** The draw of tokens: a kernel a row's block, from which ids and two numbers a row come back. */
import { type Given, launchCommand, reads, writes } from '../command.ts'
import type { Storage } from '../kernels/prelude.ts'
import { greedyLaunch, sampleLaunch } from '../kernels/sample.ts'
import { sampleFilteredLaunch } from '../kernels/sample-filtered.ts'
import type { Lowering } from './lowering.ts'

const drawTokens: Lowering = (planner, value) => {
  const logits = planner.aligned(value.inputs[0]!)
  const [rows, vocabulary] = logits.shape as [number, number]
  const results = [0, 1, 2].map((index) => planner.resultOf(value, index))
  if (rows === 0) return results
  const { kind, kept } = value.attrs as { kind: string; kept: number }
  const [temperature, uniforms, topP] = value.inputs.slice(1).map((input) => reads(planner.dense(input)))
  const given: Given[] = [reads(logits), temperature!, ...results.map(writes), vocabulary, vocabulary]
  const storage = logits.buffer.storage as Storage
  if (kind === 'greedy') planner.add(launchCommand('drawTokens', greedyLaunch(storage, rows), given))
  else if (kind === 'full') planner.add(launchCommand('drawTokens', sampleLaunch(storage, rows), [...given, uniforms!]))
  else {
    const count = kept > 0 ? Math.min(kept, vocabulary) : vocabulary
    const launch = sampleFilteredLaunch(storage, rows)
    planner.add(launchCommand('drawTokens', launch, [...given, uniforms!, topP!, count]))
  }
  return results
}

export const samplings: Readonly<Record<string, Lowering>> = { drawTokens }
