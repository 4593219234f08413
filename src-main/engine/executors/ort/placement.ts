/** Which provider ran each node, read from the profiles that onnxruntime writes. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Placement } from '../device.ts'

interface ProfileEvent {
  readonly cat?: string
  readonly args?: { readonly provider?: string; readonly op_name?: string }
}

const cpuProvider = 'CPUExecutionProvider'

/** Counts node runs in all profiles whose path begins with `profile`. Throws when there is none. */
export async function readPlacement(profile: string): Promise<Placement> {
  const folder = dirname(profile)
  const files = (await readdir(folder)).filter((name) => name.startsWith(basename(profile)) && name.endsWith('.json'))
  if (files.length === 0) throw new Error(`No profile was written to ${profile}….`)
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  const nodes = texts
    .flatMap((text) => JSON.parse(text) as ProfileEvent[])
    .filter(({ cat, args }) => cat === 'Node' && args?.provider)
  const elsewhere = nodes.filter(({ args }) => args!.provider === cpuProvider)
  const counts = new Map<string, number>()
  for (const { args } of elsewhere) counts.set(args!.op_name ?? '', (counts.get(args!.op_name ?? '') ?? 0) + 1)
  const kinds = Object.fromEntries([...counts].sort(([, left], [, right]) => right - left))
  return { operations: nodes.length, onCpu: elsewhere.length, kinds }
}
