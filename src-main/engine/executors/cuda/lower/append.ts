/** New rows of a cache, written at a length that the device knows. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { reads, updates } from '../command.ts'
import type { Storage } from '../driver.ts'
import { fixedKernel, linearLaunch } from '../generate/fixed.ts'
import { memoryTypes } from '../generate/scalar.ts'
import type { Planner } from '../planner.ts'
import { denseView, type View } from '../view.ts'

/** Copies `rows` rows to a cache from `length` on. */
export function appendRows(
  planner: Planner,
  cache: { readonly name: string; readonly storage: Storage },
  value: Value,
  rows: number,
  length: View,
): void {
  const count = sizeOfShape(value.shape as readonly number[])
  if (count === 0) return
  const source = planner.aligned(value, cache.storage)
  const [row, capacity] = [count / rows, planner.capacityOf(cache.name)]
  const target = denseView(planner.named('state', cache.name, cache.storage, capacity * row), [capacity, row])
  const launch = linearLaunch(appendKernel(cache.storage), count, row)
  planner.launch('append', launch, [reads(length), reads(source), updates(target)])
}

function appendKernel(storage: Storage) {
  const type = memoryTypes[storage]
  return fixedKernel(
    'append',
    ['int64', 'int64', 'pointer', 'pointer', 'pointer'],
    `const long long count, const long long row, const int* length, const ${type}* source, ${type}* cache`,
    `for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += (long long)gridDim.x * blockDim.x)
  cache[(long long)*length * row + i] = source[i];
`,
  )
}
