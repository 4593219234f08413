/** Outputs that stay on the device until somebody reads them on the host. */
import type { Tensor } from '../../executor.ts'
import type { DType, TensorData } from '../../graph.ts'
import type { Address, Storage } from './driver.ts'

/** Memory of the device that a tensor holds. */
export interface Held {
  readonly address: Address
  readonly storage: Storage
  readonly dtype: DType
}

interface Source {
  /** Throws where the memory is gone. */
  readonly read: () => TensorData
  readonly release: () => void
  /** Absent once it is given back, and for what never had memory of its own. */
  readonly held: () => Held | undefined
}

const sources = new WeakMap<Tensor, Source>()

/** A tensor whose numbers are fetched when `data` is first read. */
export function deviceTensor(shape: readonly number[], source: Source): Tensor {
  let fetched: TensorData | undefined
  const tensor: Tensor = Object.defineProperty({ shape } as Tensor, 'data', {
    enumerable: true,
    get: () => {
      fetched ??= source.read()
      return fetched
    },
  })
  // Out of sight of whoever compares tensors by what they hold.
  if (source.held()) Object.defineProperty(tensor, 'release', { value: source.release })
  sources.set(tensor, source)
  return tensor
}

/** The device memory behind a tensor, where it still has some. */
export const heldBy = (tensor: Tensor): Held | undefined => sources.get(tensor)?.held()
