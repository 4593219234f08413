/** Attention over packed rows where they lie: no padding is copied, computed or kept. */
import type { Value } from '../../../graph.ts'
import { launchCommand, reads, writes } from '../command.ts'
import { sequencesLaunch } from '../kernels/sequences.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import { absent, attentionLowerings } from './attend.ts'

export const packedAttentions = attentionLowerings('packedAttention', true, (planner, [spread, places], batch) => [
  ...sequencesOf(planner, spread!, places!, batch).map(reads),
  absent,
])

/** First row and length of each sequence: found once for all layers of a program. */
function sequencesOf(planner: Planner, spread: Value, places: Value, batch: number): readonly [View, View] {
  const known = [planner.remembered(spread), planner.remembered(places)]
  if (known[0] && known[1]) return [known[0], known[1]]
  const [firsts, lengths] = [
    planner.scratch('sequences', [batch], 'int32'),
    planner.scratch('sequences', [batch], 'int32'),
  ]
  const indices = [reads(planner.dense(spread)), reads(planner.dense(places))]
  const given = [...indices, writes(firsts), writes(lengths), places.shape[0] as number, batch]
  planner.add(launchCommand('sequences', sequencesLaunch(batch), given))
  planner.remember(spread, firsts)
  planner.remember(places, lengths)
  return [firsts, lengths]
}
