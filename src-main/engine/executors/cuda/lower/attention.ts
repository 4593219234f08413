/** Attention and its gradient. Rows are time-major. */
import { reads } from '../command.ts'
import { absent, attentionLowerings } from './attend.ts'

export const attentions = attentionLowerings('attention', false, (planner, [starts]) => [
  absent,
  absent,
  starts ? reads(planner.dense(starts)) : absent,
])
