/** What runs of a program take of a card, from its plan: nothing is compiled, and no card is needed. */
import { type Dim, evaluateDim, sizeOfShape } from '../../dims.ts'
import { type DType, nameOf, type Program } from '../../graph.ts'
import { blockBytes } from './allocator.ts'
import { type Storage, storageBytes } from './driver.ts'
import { growingSize, lengthInput } from './growing.ts'
import { planOf } from './plan.ts'
import { bufferBytes } from './view.ts'

/** How values lie, by name. */
export type Storages = ReadonlyMap<string, Storage>

export interface PlannedFor {
  /** Binds the program's dims; a cache's length is its capacity. */
  readonly sizes: ReadonlyMap<string, number>
  /** Storages of inputs that another program left on the card; the others come from the host. */
  readonly given?: Storages
  readonly offloaded?: ReadonlySet<string>
}

export interface PlannedBytes {
  /** Of the block that runs share: scratch, inputs, small outputs. */
  readonly workspace: number
  /** Of outputs with memory of their own. */
  readonly outputs: number
  readonly storages: Storages
}

/** Of kernels that share their sums out: cards have about as many. */
const multiprocessors = 132

/** As the `cuda` device runs programs: activations and caches in bfloat16. */
export function plannedBytes(
  program: Program,
  { sizes, given = new Map(), offloaded = new Set() }: PlannedFor,
): PlannedBytes {
  const appended = new Set(program.updates.filter(({ mode }) => mode === 'append').map(({ state }) => state))
  const dim = growingSize(program)
  const growing = dim !== undefined
  const capacities = new Map(growing ? [...appended].map((name) => [name, sizes.get(dim)!]) : [])
  const storageOf = (kind: 'state' | 'input', name: string, dtype: DType): Storage =>
    kind === 'input' ? (given.get(name) ?? dtype) : appended.has(name) ? 'bfloat16' : dtype
  const size = (each: Dim) => evaluateDim(each, sizes)
  const fed = program.inputs.filter((value) => !given.has(nameOf(value)))
  const inputs = new Map(
    fed.map(({ attrs, shape, dtype }) => [attrs.name as string, sizeOfShape(shape.map(size)) * storageBytes[dtype]]),
  )
  if (growing) inputs.set(lengthInput, 4)
  const situation = { sizes, capacities, growing, storageOf, offloaded, tf32: true, rounded: true, multiprocessors }
  const { workspaceBytes, retained } = planOf(program, situation, inputs)
  return {
    workspace: blockBytes(workspaceBytes),
    outputs: [...retained.values()].reduce((sum, { buffer }) => sum + blockBytes(bufferBytes(buffer)), 0),
    storages: new Map([...retained].map(([name, { buffer }]) => [name, buffer.storage])),
  }
}

/** Of weights on the card: float32 with a copy in bfloat16 where they are trained, else in bfloat16 alone. */
export function stateBytes(shape: readonly number[], { trained }: { readonly trained: boolean }): number {
  const elements = sizeOfShape(shape)
  const copy = blockBytes(storageBytes.bfloat16 * elements)
  return trained || shape.length < 2 ? blockBytes(storageBytes.float32 * elements) + copy : copy
}
