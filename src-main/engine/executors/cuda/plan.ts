/** A planned program with places for everything it touches: what a run needs beside addresses of states. */
import type { Program } from '../../graph.ts'
import { aligned, type Layout, layoutOf } from './arena.ts'
import { type Constant, type Planned, type Situation, shadowBuffer } from './planner.ts'
import { planned } from './planning.ts'
import { type Buffer, bufferBytes, type View } from './view.ts'

/** Tokens that fill a card when they go through a model together. */
export const tokensAtOnce = 16_384
/** Outputs of at most this many bytes come back in one copy and hold no memory of their own. */
const smallOutput = 2 ** 16

export interface Plan extends Planned {
  readonly layout: Layout
  /** Outputs with memory of their own. */
  readonly retained: ReadonlyMap<string, View>
  /** Bytes from the beginning of the workspace: scratch, then inputs from the host, then small outputs. */
  readonly inputs: { readonly place: number; readonly bytes: number; readonly places: ReadonlyMap<string, number> }
  readonly small: { readonly place: number; readonly bytes: number; readonly places: ReadonlyMap<Buffer, number> }
  readonly workspaceBytes: number
  /** States whose copies in bfloat16 a run reads. */
  readonly shadowed: readonly string[]
}

export const isShadow = ({ kind, name }: Buffer): boolean => kind === 'state' && name.endsWith(` ${shadowBuffer}`)

function placed<Key>(from: number, sizes: Iterable<readonly [Key, number]>) {
  const places = new Map<Key, number>()
  let end = from
  for (const [key, bytes] of sizes) {
    places.set(key, end)
    end += aligned(bytes)
  }
  return { place: from, places, bytes: end - from }
}

/** `hostInputs` are the bytes of inputs that a run uploads, by name. */
export function planOf(program: Program, situation: Situation, hostInputs: ReadonlyMap<string, number>): Plan {
  const steps = planned(program, situation)
  const isSmall = ({ buffer }: View) => bufferBytes(buffer) <= smallOutput
  const outputs = [...steps.outputs]
  const retained = new Map(outputs.filter(([, view]) => !isSmall(view)))
  const buffers = new Set(outputs.map(([, { buffer }]) => buffer))
  const layout = layoutOf(steps.commands, steps.replacements, buffers)
  const inputs = placed(layout.bytes, hostInputs)
  const few = outputs
    .filter(([, view]) => isSmall(view))
    .map(([, { buffer }]) => [buffer, bufferBytes(buffer)] as const)
  const small = placed(inputs.place + inputs.bytes, few)
  const shadows = new Set(steps.commands.flatMap(({ touches }) => touches.map(({ buffer }) => buffer)).filter(isShadow))
  const shadowed = [...shadows].map(({ name }) => name.slice(0, -shadowBuffer.length - 1))
  return { ...steps, layout, retained, inputs, small, shadowed, workspaceBytes: small.place + small.bytes }
}

export const constantBytes = (constants: readonly Constant[]): number =>
  constants.reduce((sum, { data }) => sum + aligned(data.byteLength), 0)
