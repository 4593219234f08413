/** Rebuilding a cache from entries of others. */
import { sizeOfShape } from '../../dims.ts'
import type { CacheEntries, GatheredSize } from '../../executor.ts'
import { requireEntries } from '../binding.ts'
import type { Allocator } from './allocator.ts'
import type { Driver, Span, Storage } from './driver.ts'
import { storageBytes } from './driver.ts'
import { fixedKernel, linearLaunch } from './generate/fixed.ts'
import { memoryTypes } from './generate/scalar.ts'
import { type Cache, rowsOf, type States } from './states.ts'

/** source [held, entries, width] to columns of target [rows, total, width], last rows beside last rows, zeros before. */
function gatherRowsKernel(storage: Storage) {
  const type = memoryTypes[storage]
  return fixedKernel(
    'gatherrows',
    ['int64', 'int32', 'int32', 'int32', 'int32', 'int32', 'int32', 'pointer', 'pointer', 'pointer'],
    `const long long count, const int width, const int picked, const int held, const int missing, const int total, const int first, const ${type}* source, const int* entries, ${type}* target`,
    `for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += (long long)gridDim.x * blockDim.x) {
  const int column = i % width;
  const long long place = i / width;
  const int entry = place % picked;
  const long long row = place / picked;
  const long long from = row - missing;
  const ${type} value = from < 0 ? 0 : source[(from * held + entries[entry]) * width + column];
  target[(row * total + first + entry) * width + column] = value;
}
`,
  )
}

interface Part extends CacheEntries {
  readonly cache: Cache
}

/** As `Executor.gatherCache`. */
export function gatherCache(
  driver: Driver,
  memory: Allocator,
  states: States,
  name: string,
  sources: readonly CacheEntries[],
  { rows, capacity }: GatheredSize,
): void {
  if (rows > capacity) throw new Error(`The cache "${name}" has room for ${capacity} rows, not ${rows}.`)
  const parts = sources.map((source): Part => ({ ...source, cache: states.cache(source.from) }))
  for (const { from, entries, cache } of parts) requireEntries(from, entries, cache.shape[1]!)
  const { shape, dtype, storage } = parts[0]!.cache
  const total = parts.reduce((sum, { entries }) => sum + entries.length, 0)
  const next = `${name} being gathered`
  const target = states.put(next, { shape: [rows, total, ...shape.slice(2)], dtype, storage, capacity })
  let first = 0
  for (const part of parts) {
    gatherPart(driver, memory, part, rowsOf(target, 0, rows), { rows, total, first })
    first += part.entries.length
  }
  states.rename(next, name)
}

function gatherPart(
  driver: Driver,
  memory: Allocator,
  { cache, entries }: Part,
  target: Span,
  { rows, total, first }: { readonly rows: number; readonly total: number; readonly first: number },
): void {
  const [length, held] = cache.shape as [number, number]
  const width = sizeOfShape(cache.shape.slice(2))
  const count = rows * entries.length * width
  if (count === 0) return
  const taken = Math.min(length, rows)
  // Rows before `missing` have no source; the first source row read is the first of the last `taken`.
  const source = rowsOf(cache, length - taken, length)
  const address = memory.allocate(entries.byteLength)
  const given = { address, bytes: entries.byteLength }
  driver.upload(given, entries)
  const { launch, numbers } = linearLaunch(
    gatherRowsKernel(cache.storage),
    count,
    ...[width, entries.length, held, rows - taken, total, first],
  )
  const span = { address: target.address, bytes: rows * total * width * storageBytes[cache.storage] }
  driver.launch(launch, [
    ...numbers,
    { ...source, access: 'read' },
    { ...given, access: 'read' },
    { ...span, access: 'write' },
  ])
  memory.release(address)
}
