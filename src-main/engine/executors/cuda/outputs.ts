/** What a run of a plan leaves: tensors with memory of their own, and few numbers that come back together. */
import type { Tensor } from '../../executor.ts'
import type { DType, Program } from '../../graph.ts'
import type { Allocator } from './allocator.ts'
import type { Address, Driver, Storage } from './driver.ts'
import type { Plan } from './plan.ts'
import { readSpan } from './states.ts'
import { deviceTensor, type Held } from './tensor.ts'
import { type Buffer, bufferBytes, type View } from './view.ts'
import type { Workspace } from './workspace.ts'

interface Left {
  readonly program: Program
  readonly plan: Plan
  /** The workspace during the run. */
  readonly block: Address
  readonly retained: ReadonlyMap<Buffer, Address>
}

interface Card {
  readonly driver: Driver
  readonly memory: Allocator
  readonly workspace: Workspace
}

/** Outputs that nobody released before nobody could any more. */
const forgotten = new FinalizationRegistry<() => void>((release) => release())

/** The outputs by name; their numbers are fetched when somebody reads them. */
export function outputTensors(card: Card, { program, plan, block, retained }: Left): Record<string, Tensor> {
  const small = smallOutputs(card, plan, block)
  return Object.fromEntries(
    [...plan.outputs].map(([name, view]) => {
      const address = retained.get(view.buffer)
      const { dtype } = program.outputs[name]!
      return [name, address === undefined ? small(view) : retainedTensor(card, program.name, view, dtype, address)]
    }),
  )
}

function retainedTensor({ driver, memory }: Card, program: string, view: View, dtype: DType, address: Address): Tensor {
  const { shape, buffer } = view
  let held: Held | undefined = { address, storage: buffer.storage, dtype }
  const release = () => {
    if (held) memory.release(held.address)
    held = undefined
  }
  const tensor = deviceTensor(shape, {
    held: () => held,
    read: () => {
      if (!held) throw new Error(`An output of "${program}" is read after it was released.`)
      return readSpan(driver, { shape, ...held })
    },
    release,
  })
  forgotten.register(tensor, release)
  return tensor
}

/** All small outputs come back with the first that is read. */
function smallOutputs({ driver, workspace }: Card, { small }: Plan, block: Address): (view: View) => Tensor {
  const packed = new Uint8Array(small.bytes)
  let fetched = false
  const fetch = () => {
    if (!fetched && small.bytes > 0) driver.download(packed, { address: block + small.place, bytes: small.bytes })
    fetched = true
  }
  if (small.bytes > 0) workspace.leave({ fetch })
  return ({ buffer, shape }) => {
    const place = small.places.get(buffer)! - small.place
    return deviceTensor(shape, {
      held: () => undefined,
      read: () => {
        fetch()
        return typed(packed.slice(place, place + bufferBytes(buffer)), buffer.storage)
      },
      release: () => {},
    })
  }
}

function typed(bytes: Uint8Array<ArrayBuffer>, storage: Storage) {
  if (storage === 'bfloat16') throw new Error('Small outputs are not kept in bfloat16.')
  if (storage === 'bool') return bytes
  return storage === 'int32' ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer)
}
