import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { exportRun } from '../../../src-main/interop/export/export-run.ts'
import { crc32c, tfRecord } from '../../../src-main/interop/export/tensorboard.ts'
import { metricSeries } from '../../../src-main/store/metrics.ts'
import { openStore } from '../../../src-main/store/open.ts'
import { groupsOfStep, rolloutDetail } from '../../../src-main/store/rollouts.ts'
import { getRun } from '../../../src-main/store/runs.ts'
import { unpackTrace } from '../../../src-preload/contract/trace.ts'
import { writeSampleRun } from '../../helpers/sample-run.ts'
import { temporaryFolder } from '../../helpers/workspace.ts'

test('CRC-32C and the framing are those of the standards', () => {
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283)
  // The first record that TensorFlow writes for a length of 24 begins with these bytes.
  expect([...tfRecord(new Uint8Array(24)).subarray(0, 12)]).toEqual([24, 0, 0, 0, 0, 0, 0, 0, 163, 127, 75, 34])
})

/** The scalars of an event file by step, read field by field as `tensorflow.Event` numbers them. */
function readEvents(bytes: Buffer): { version: string | null; steps: Record<number, Record<string, number>> } {
  const found = { version: null as string | null, steps: {} as Record<number, Record<string, number>> }
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at))
    const payload = bytes.subarray(at + 12, at + 12 + length)
    expect(bytes.subarray(at, at + 16 + length)).toEqual(Buffer.from(tfRecord(payload)))
    at += 16 + length
    let step = 0
    const reader = new BinaryReader(payload)
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag()
      if (field === 2) step = Number(reader.int64())
      else if (field === 3) found.version = reader.string()
      else if (field === 5) found.steps[step] = readSummary(reader.bytes())
      else reader.skip(wire)
    }
  }
  return found
}

function readSummary(bytes: Uint8Array): Record<string, number> {
  const scalars: Record<string, number> = {}
  const summary = new BinaryReader(bytes)
  while (summary.pos < summary.len) {
    summary.tag()
    const value = new BinaryReader(summary.bytes())
    value.tag()
    const name = value.string()
    value.tag()
    scalars[name] = value.float()
  }
  return scalars
}

const lines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('an exported run has everything the store has, and TensorBoard a folder of its own', async () => {
  const folder = temporaryFolder()
  const db = openStore(join(folder, 'workspace'), 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 3, config: { name: 'a, "quoted" run' } })
  const shares: number[] = []
  const out = join(folder, 'out')
  await exportRun(db, { runId: id, folder: out, traces: true, progress: (share) => shares.push(share) })
  const run = join(out, id)
  expect(readdirSync(out).sort()).toEqual([id, 'tensorboard'])
  expect(shares.at(-1)).toBe(1)
  expect(parse(readFileSync(join(run, 'config.yaml'), 'utf8'))).toEqual(getRun(db, id).config)
  const series = metricSeries(db, { id, afterStep: -1 })
  const metrics = lines(join(run, 'metrics.jsonl'))
  expect(metrics.map(({ step }) => step)).toEqual([0, 1, 2, 3])
  expect(metrics[2]).toMatchObject({ reward: series.values.reward![2], elapsed_s: 8 })
  const [head, ...rows] = readFileSync(join(run, 'metrics.csv'), 'utf8').trimEnd().split('\n')
  expect(rows[1]!.split(',')[head!.split(',').indexOf('reward')]).toBe(String(series.values.reward![1]))
  expect(rows[0]!.split(',')[head!.split(',').indexOf('reward')]).toBe('')

  const rollouts = lines(join(run, 'rollouts.jsonl'))
  expect(rollouts).toHaveLength(3 * 32)
  const stored = rolloutDetail(db, groupsOfStep(db, id, 1)[0]!.rollouts[0]!.id)
  expect(rollouts[0]).toMatchObject({ id: stored.summary.id, response: stored.text, correct: stored.summary.correct })
  const [first] = lines(join(run, 'traces.jsonl'))
  const trace = unpackTrace(stored.trace!)
  expect(first).toMatchObject({ rollout_id: stored.summary.id, token_ids: [...trace.ids] })
  expect((first!.entropies as number[])[1]).toBeCloseTo(trace.entropies[1]!, 4)

  const [name] = readdirSync(join(out, 'tensorboard', id))
  expect(name).toMatch(/^events\.out\.tfevents\.\d+\.quiver$/)
  const events = readEvents(readFileSync(join(out, 'tensorboard', id, name!)))
  expect(events.version).toBe('brain.Event:2')
  expect(Object.keys(events.steps)).toEqual(['0', '1', '2', '3'])
  expect(events.steps[3]!.reward).toBeCloseTo(series.values.reward![3]!, 6)
  expect(events.steps[0]).not.toHaveProperty('reward')

  await expect(exportRun(db, { runId: id, folder: out, traces: false })).rejects.toThrow('exists already')
})

test('without traces there is no file of them; a folder that cannot be written is a sentence', async () => {
  const folder = temporaryFolder()
  const db = openStore(join(folder, 'workspace'), 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 1 })
  await exportRun(db, { runId: id, folder, traces: false })
  expect(readdirSync(join(folder, id))).not.toContain('traces.jsonl')
  const file = join(folder, 'workspace', 'quiver.sqlite')
  await expect(exportRun(db, { runId: id, folder: file, traces: false })).rejects.toThrow(
    /cannot be exported to .*sqlite/,
  )
})
