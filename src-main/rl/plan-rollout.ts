import { joinRows, microBatches, splitByRow, toTokenRows } from '../model/rows.ts'
import { rolloutBatch, type UpdateRow } from './method-batch.ts'
import type { Facts } from './methods/method.ts'
import { baseChanges, baseMetrics, rolloutDiagnostics } from './rollout-diagnostics.ts'
import type { UpdateSources } from './update.ts'

/** What comes once per rollout batch before its updates: the method's plan, and the diagnostics that need no update. */
export async function planRollout(
  sources: UpdateSources,
  rows: readonly UpdateRow[],
  step: number,
): Promise<{ facts: Facts; metrics: Readonly<Record<string, number>> }> {
  const { config, method, control } = sources
  const groups = new Set(rows.map(({ group }) => group)).size
  if (groups === 0)
    control.note('rollout', 'No group has both right and wrong responses: nothing to learn from, no update is made.')
  if (method.needsMoments) await momentsPass(sources, rows)
  const batch = rolloutBatch(rows)
  const { facts, metrics, notes = [] } = method.plan({ batch, step: step - 1, steps: config.steps })
  for (const note of notes) control.note('method', note)
  return { facts, metrics: { num_groups: groups, ...rolloutDiagnostics(batch), ...referenceMetrics(rows), ...metrics } }
}

/** Entropies beside the reference's, where a reference pass has run. */
function referenceMetrics(rows: readonly UpdateRow[]): Readonly<Record<string, number>> {
  const scored = rows.filter(({ rollout }) => rollout.referenceEntropies)
  const own = joinRows(scored.map(({ rollout }) => rollout.rolloutEntropies))
  const base = joinRows(scored.map(({ rollout }) => rollout.referenceEntropies!))
  return { ...baseMetrics(own, base), ...baseChanges(own, base) }
}

/** Second-order statistics under the policy that sampled, written onto the rollouts. */
async function momentsPass({ config, policy, control }: UpdateSources, rows: readonly UpdateRow[]): Promise<void> {
  const micros = microBatches(rows, config.update.micro_batch_tokens)
  for (const [index, micro] of micros.entries()) {
    await control.proceed('update', index / micros.length)
    const { squares, cubes } = await policy.moments(toTokenRows(micro), config.rollout.temperature)
    const [perRowSquares, perRowCubes] = [splitByRow(squares, micro), splitByRow(cubes, micro)]
    micro.forEach(({ rollout }, position) => {
      rollout.rolloutMoments = { squares: perRowSquares[position]!, cubes: perRowCubes[position]! }
    })
  }
}
