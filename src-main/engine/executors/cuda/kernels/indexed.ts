/**
 * Reading and adding at indices.
 *
 * Floor: memory. `gather` moves each row once, in the widest unit that its size allows. The sums are in a fixed order, so
 * that equal inputs give equal bits: instead of atomics, every block of `scatterAdd` owns some of the result's rows, reads
 * all indices (they stay in the second-level cache) and adds the rows it owns one after another, all threads across the
 * columns. An index that many updates share is one block's chain of additions; nothing else waits for it.
 */
import type { Launch } from '../kernel.ts'
import { ceilDivide, kernelOf, launchOf } from './prelude.ts'

const threads = 256
const units = { 16: 'uint4', 4: 'unsigned', 2: 'unsigned short', 1: 'unsigned char' } as const
const zeros = { 16: 'make_uint4(0, 0, 0, 0)', 4: '0', 2: '0', 1: '0' } as const

export interface GatherSizes {
  /** x is [outer, rows, inner], the indices [picks], the result [outer, picks, inner]. */
  readonly outer: number
  readonly rows: number
  readonly picks: number
  readonly inner: number
  /** Bytes of an element. */
  readonly bytes: 1 | 2 | 4
}

/**
 * Rows of the middle axis at int32 indices; an index outside of it gives zeros. Arguments: x, indices, out, and the numbers
 * of `gatherNumbers`. Addresses are multiples of 16.
 */
export function gatherLaunch(sizes: GatherSizes): Launch {
  const unit = unitOf(sizes)
  const count = sizes.outer * sizes.picks * ((sizes.inner * sizes.bytes) / unit)
  const wide = Math.max(count, sizes.outer * sizes.rows * ((sizes.inner * sizes.bytes) / unit)) >= 2 ** 31
  const index = wide ? 'long long' : 'int'
  const kernel = kernelOf({
    name: `gather_${unit}${wide ? '_wide' : ''}`,
    threads,
    parameters: {
      x: `const ${units[unit]}*`,
      indices: 'const int*',
      out: `${units[unit]}*`,
      outer: 'int',
      rows: 'int',
      picks: 'int',
      inner: 'int',
    },
    body: `
  const ${index} at = (${index})blockIdx.x * ${threads} + threadIdx.x;
  if (at >= (${index})outer * picks * inner) return;
  const int column = at % inner;
  const ${index} pick = at / inner;
  const int row = indices[pick % picks];
  const bool found = row >= 0 && row < rows;
  const ${index} from = ((pick / picks) * rows + row) * inner + column;
  out[at] = found ? x[from] : ${zeros[unit]};`,
  })
  return launchOf(kernel, ceilDivide(count, threads), threads)
}

/** outer, rows, picks and the units of a row. */
export function gatherNumbers(sizes: GatherSizes): [number, number, number, number] {
  return [sizes.outer, sizes.rows, sizes.picks, (sizes.inner * sizes.bytes) / unitOf(sizes)]
}

function unitOf({ inner, bytes }: GatherSizes): keyof typeof units {
  const row = inner * bytes
  return row % 16 === 0 ? 16 : row % 4 === 0 && bytes === 4 ? 4 : bytes
}

/** out[r, k] = x[r, indices[r, k]]. Arguments: x [rows, length], indices, out [rows, picks], rows, length, picks. */
export function gatherLastLaunch(bytes: 1 | 2 | 4, rows: number, picks: number): Launch {
  const type = units[bytes]
  const kernel = kernelOf({
    name: `gather_last_${bytes}`,
    threads,
    parameters: {
      x: `const ${type}*`,
      indices: 'const int*',
      out: `${type}*`,
      rows: 'int',
      length: 'int',
      picks: 'int',
    },
    body: `
  const long long at = (long long)blockIdx.x * ${threads} + threadIdx.x;
  if (at >= (long long)rows * picks) return;
  out[at] = x[at / picks * length + indices[at]];`,
  })
  return launchOf(kernel, ceilDivide(rows * picks, threads), threads)
}

export type Summed = 'float32' | 'bfloat16' | 'int32'

const numberOf = (storage: Summed) => ({ float32: 'float', bfloat16: 'bf16', int32: 'int' })[storage]
const read = (storage: Summed, place: string) => (storage === 'int32' ? place : `toFloat(${place})`)
const write = (storage: Summed, place: string, value: string) =>
  storage === 'int32' ? `${place} = ${value}` : `put(&${place}, ${value})`

/**
 * Zeros [rows, length] with updates added at int32 indices of the last axis. A thread owns every 256th column, so that
 * repeated indices add up in order. Arguments: updates, indices [rows, picks], out [rows, length], length, picks.
 */
export function scatterLastLaunch(storage: Summed, rows: number): Launch {
  const type = numberOf(storage)
  const kernel = kernelOf({
    name: `scatter_last_${storage}`,
    threads,
    parameters: { updates: `const ${type}*`, indices: 'const int*', out: `${type}*`, length: 'int', picks: 'int' },
    body: `
  const long long row = blockIdx.x;
  for (int column = threadIdx.x; column < length; column += ${threads}) ${write(storage, 'out[row * length + column]', '0')};
  for (int pick = 0; pick < picks; pick++) {
    const int column = indices[row * picks + pick];
    if (column % ${threads} != (int)threadIdx.x) continue;
    const long long at = row * length + column;
    ${write(storage, 'out[at]', `${read(storage, 'out[at]')} + ${read(storage, 'updates[row * picks + pick]')}`)};
  }`,
  })
  return launchOf(kernel, rows, threads)
}

export interface ScatterAddOptions {
  readonly updates: Summed
  readonly result: Summed
  /** Whether the result holds numbers that stay and are added to; else it begins as zeros. */
  readonly accumulate: boolean
}

/** Arguments: int32 indices [count], updates [count, width], out [rows, width], count, width, rows. */
export function scatterAddLaunch(options: ScatterAddOptions, rows: number, multiprocessors: number): Launch {
  const { updates, result, accumulate } = options
  const target = 'out[(long long)row * width + column]'
  const kernel = kernelOf({
    name: `scatter_add_${updates}_${result}${accumulate ? '_accumulate' : ''}`,
    threads,
    parameters: {
      indices: 'const int*',
      updates: `const ${numberOf(updates)}*`,
      out: `${numberOf(result)}*`,
      count: 'int',
      width: 'int',
      rows: 'int',
    },
    body: `
  __shared__ int places[${threads}], counts[${threads / 32}];
  const int blocks = gridDim.x, mine = blockIdx.x;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  ${
    accumulate
      ? ''
      : `for (int row = mine; row < rows; row += blocks)
    for (int column = threadIdx.x; column < width; column += ${threads}) ${write(result, target, '0')};`
  }
  for (int start = 0; start < count; start += ${threads}) {
    const int place = start + threadIdx.x;
    const int index = place < count ? indices[place] : -1;
    const bool owned = index >= 0 && index < rows && index % blocks == mine;
    const unsigned votes = __ballot_sync(FULL, owned);
    if (lane == 0) counts[warp] = __popc(votes);
    __syncthreads();
    int before = 0, total = 0;
    for (int other = 0; other < ${threads / 32}; other++) {
      if (other < warp) before += counts[other];
      total += counts[other];
    }
    if (owned) places[before + __popc(votes & ((1u << lane) - 1))] = place;
    __syncthreads();
    for (int each = 0; each < total; each++) {
      const int from = places[each];
      const int row = indices[from];
      for (int column = threadIdx.x; column < width; column += ${threads})
        ${write(result, target, `${read(result, target)} + ${read(updates, 'updates[(long long)from * width + column]')}`)};
    }
    __syncthreads();
  }`,
  })
  return launchOf(kernel, Math.min(rows, 8 * multiprocessors), threads)
}
