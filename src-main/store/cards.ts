/** NVIDIA cards and the runs on them: a card computes one run at a time. */
import { type DeviceId, isCard } from '../../src-preload/contract/device.ts'
import { UserError } from '../util/assert.ts'
import { allRows, execute, oneRow, type ReadDb, sql, type WriteDb } from './sql.ts'

/** Active runs, starting and paused ones too, by the device they have. */
const runsByDevice = (db: ReadDb, exceptId: string): Map<DeviceId, string> => {
  const rows = allRows<{ device: DeviceId; name: string }>(
    db,
    sql`SELECT coalesce(device, json_extract(config, '$.device')) AS device, name FROM runs
        WHERE status IN ('queued', 'running', 'paused', 'stopping') AND queue_place IS NULL AND deleted_at_ms IS NULL
          AND id <> ${exceptId}`,
  )
  return new Map(rows.map(({ device, name }) => [device, name]))
}

const wantedDevice = (db: ReadDb, runId: string): DeviceId =>
  oneRow<{ device: DeviceId }>(
    db,
    sql`SELECT json_extract(config, '$.device') AS device FROM runs WHERE id = ${runId}`,
  )!.device

/** A run may have any of these: of the cards, `cuda` stands for whichever is free, the first before the others. */
const candidates = (wanted: DeviceId, cards: readonly DeviceId[]): readonly DeviceId[] =>
  wanted === 'cuda' ? ['cuda', ...cards.filter((card) => card !== 'cuda')] : [wanted]

/** Gives a run its device; false where the card, or every card, that it could have computes another run. */
export function giveDevice(db: WriteDb, runId: string, cards: readonly DeviceId[]): boolean {
  const taken = runsByDevice(db, runId)
  const free = candidates(wantedDevice(db, runId), cards).find((device) => !isCard(device) || !taken.has(device))
  if (free === undefined) return false
  execute(db, sql`UPDATE runs SET device = ${free} WHERE id = ${runId}`)
  return true
}

/** Whether a queued run would take whichever card is free. */
export const waitsForCard = (db: ReadDb): boolean =>
  oneRow(
    db,
    sql`SELECT 1 FROM runs WHERE queue_place IS NOT NULL AND json_extract(config, '$.device') = 'cuda' LIMIT 1`,
  ) !== undefined

/** As `giveDevice`. Throws UserError where there is none. */
export function requireDeviceFor(db: WriteDb, runId: string, cards: readonly DeviceId[]): void {
  if (giveDevice(db, runId, cards)) return
  const wanted = wantedDevice(db, runId)
  const name = runsByDevice(db, runId).get(wanted)
  throw new UserError(
    `The card "${wanted}" computes the run "${name}", and a card computes one run at a time. Put this run in the queue, or choose another device.`,
  )
}
