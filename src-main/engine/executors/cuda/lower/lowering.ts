/** What an op's lowering may do: read views, make buffers, add commands. */
import type { Value } from '../../../graph.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'

/** Adds the commands that compute a value at known sizes, and returns a view per result. */
export type Lowering = (planner: Planner, value: Value) => readonly View[]
